/** Types, values and columns of what the server answers itself. */
import type { PgColumn, SettingChange } from '../words.ts';

/** A value with PostgreSQL's type; null is NULL. */
export interface Instant {
  readonly typeOid: number;
  readonly value: string | null;
  /** Of set_config. */
  readonly setting?: SettingChange;
}

/** pg_type.oid and typlen of the types that come up here. */
export const TYPES = {
  bool: { oid: 16, size: 1 },
  name: { oid: 19, size: 64 },
  int8: { oid: 20, size: 8 },
  int2: { oid: 21, size: 2 },
  int4: { oid: 23, size: 4 },
  text: { oid: 25, size: -1 },
  float8: { oid: 701, size: 8 },
  inet: { oid: 869, size: -1 },
  nameArray: { oid: 1003, size: -1 },
  varchar: { oid: 1043, size: -1 },
  date: { oid: 1082, size: 4 },
  timestamp: { oid: 1114, size: 8 },
  timestamptz: { oid: 1184, size: 8 },
  numeric: { oid: 1700, size: -1 },
  void: { oid: 2278, size: 4 },
} as const;

const SIZES = new Map<number, number>(Object.values(TYPES).map(({ oid, size }) => [oid, size]));

/** Makes a column that belongs to no table. */
export function columnOf(name: string, typeOid: number): PgColumn {
  return { name, tableOid: 0, columnNumber: 0, typeOid, typeSize: SIZES.get(typeOid) ?? -1, typeModifier: -1 };
}

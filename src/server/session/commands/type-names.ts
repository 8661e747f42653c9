/** Type names that PREPARE may give its parameters, as pg_type has them. */
import type { TypeName } from '@pgsql/types';
import { typeNameOf } from '../../dialect/tree.ts';
import { PgError } from '../../pg-error.ts';

/** name → [oid, oid of its array]; PostgreSQL's pg_type.dat. */
const TYPES: Readonly<Record<string, readonly [oid: number, arrayOid: number]>> = {
  bool: [16, 1000],
  bytea: [17, 1001],
  char: [18, 1002],
  name: [19, 1003],
  int8: [20, 1016],
  int2: [21, 1005],
  int4: [23, 1007],
  text: [25, 1009],
  oid: [26, 1028],
  json: [114, 199],
  float4: [700, 1021],
  float8: [701, 1022],
  bpchar: [1042, 1014],
  varchar: [1043, 1015],
  date: [1082, 1182],
  time: [1083, 1183],
  timestamp: [1114, 1115],
  timestamptz: [1184, 1185],
  interval: [1186, 1187],
  timetz: [1266, 1270],
  bit: [1560, 1561],
  varbit: [1562, 1563],
  numeric: [1700, 1231],
  regclass: [2205, 2210],
  uuid: [2950, 2951],
  jsonb: [3802, 3807],
  unknown: [0, 0],
};

/** @throws {PgError} 42704 */
export function typeOidOf(type: TypeName): number {
  const name = typeNameOf(type);
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (known === undefined) {
    const { location } = type;
    throw new PgError('42704', `type "${name}" does not exist`, location === undefined ? {} : { position: location });
  }
  return (type.arrayBounds ?? []).length > 0 ? known[1] : known[0];
}

/** Types of the plan as SqlTypes. */
import type { SqlType, SqlTypeId } from '../../types/index.ts';
import { indexAt, type JsonObject, objectAt, textAt } from '../plan/plan-nodes.ts';

const SIMPLE: ReadonlyMap<
  string,
  Exclude<SqlTypeId, 'DECIMAL' | 'LIST' | 'ARRAY' | 'STRUCT' | 'MAP' | 'UNION' | 'ENUM'>
> = new Map([
  ['BOOLEAN', 'BOOLEAN'],
  ['TINYINT', 'TINYINT'],
  ['SMALLINT', 'SMALLINT'],
  ['INTEGER', 'INTEGER'],
  ['BIGINT', 'BIGINT'],
  ['HUGEINT', 'HUGEINT'],
  ['UTINYINT', 'UTINYINT'],
  ['USMALLINT', 'USMALLINT'],
  ['UINTEGER', 'UINTEGER'],
  ['UBIGINT', 'UBIGINT'],
  ['UHUGEINT', 'UHUGEINT'],
  ['FLOAT', 'FLOAT'],
  ['DOUBLE', 'DOUBLE'],
  ['VARCHAR', 'VARCHAR'],
  ['BLOB', 'BLOB'],
  ['UUID', 'UUID'],
  ['DATE', 'DATE'],
  ['TIME', 'TIME'],
  ['TIMESTAMP', 'TIMESTAMP'],
  ['TIMESTAMP_S', 'TIMESTAMP_S'],
  ['TIMESTAMP_MS', 'TIMESTAMP_MS'],
  ['TIMESTAMP_NS', 'TIMESTAMP_NS'],
  ['TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ'],
  ['INTERVAL', 'INTERVAL'],
]);

/** Gives a type of the plan that is no list, struct or enum; null for others, and for a named one (JSON keeps its name). */
export function sqlTypeOf(type: JsonObject | null): SqlType | null {
  const id = textAt(type, 'id');
  const info = objectAt(type, 'type_info');
  const alias = textAt(info, 'alias');
  if (alias !== '' && alias !== 'JSON') return null;
  const aliased = alias === '' ? {} : { alias };
  if (id === 'DECIMAL') {
    const [width, scale] = [indexAt(info, 'width'), indexAt(info, 'scale')];
    return width === null || scale === null ? null : { id, ...aliased, width, scale };
  }
  const simple = SIMPLE.get(id);
  return simple === undefined ? null : { id: simple, ...aliased };
}

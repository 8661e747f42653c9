/** SQL types as data, and the one map between Redis text, physical values and the names of types. */
export type { SqlField, SqlType, SqlTypeId } from './sql-type.ts';

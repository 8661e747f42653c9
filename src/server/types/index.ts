/** Types and values: the engine's columns and PostgreSQL's text and binary forms, in both directions. */
export { normalText } from './codec-table.ts';
export { type CopyEncoder, copyEncoder } from './copy-encoder.ts';
export { binaryFromText, boundText, type EngineParameter, engineParameter, parameterText } from './parameters.ts';
export { engineTypeName, OID, type PgType, pgTypeByOid, pgTypeOf } from './pg-types.ts';
export { type BatchEncoder, rowEncoder } from './row-encoder.ts';
export { DEFAULT_STYLE, type TextStyle, textStyleOf } from './text-style.ts';

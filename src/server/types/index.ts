/** Types and values: the engine's columns and PostgreSQL's text and binary forms, in both directions. */
export { codecOf, normalText } from './codec-table.ts';
export { type CopyEncoder, copyEncoder } from './copy-encoder.ts';
export { binaryFromText, boundText, type EngineParameter, engineParameter, parameterText } from './parameters.ts';
export { engineTypeName, OID, type PgType, pgTypeByOid, pgTypeName, pgTypeOf } from './pg-types.ts';
export { type BatchEncoder, rowEncoder } from './row-encoder.ts';
export { textRowEncoder } from './text-rows.ts';
export { DEFAULT_STYLE, type TextStyle, textStyleOf } from './text-style.ts';

/** SQL types as data, and the one map between Redis text, physical values and the names of types. */
export { type InferenceCandidate, type InferenceResult, TypeInference } from './infer.ts';
export {
  endOfString,
  endOfValue,
  hasEscape,
  isDefinitePath,
  JsonUnescaper,
  memberPath,
  parseNestedType,
  skipSpace,
  splitTypeAndPath,
  type TypeAndPath,
  walkValues,
} from './json/index.ts';
export { parseColumnType } from './parse-type.ts';
export { type PhysicalType, physicalOf } from './physical.ts';
export { isPrintableEscapeIn, printableKey } from './printable-key.ts';
export type { SqlField, SqlType, SqlTypeId } from './sql-type.ts';
export { typeName } from './type-name.ts';
export {
  isJsonText,
  isUtf8Text,
  PhysicalViews,
  parseMillis,
  parserOf,
  printBackParserOf,
  type ValueParser,
  writeInt64,
} from './values/index.ts';

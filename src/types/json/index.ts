/** JSON texts as bytes: where values stand, what strings say, and the types that documents are read as. */
export { isDefinitePath, memberPath, splitTypeAndPath, type TypeAndPath } from './json-path.ts';
export { endOfString, endOfValue, skipSpace, walkValues } from './json-scan.ts';
export { hasEscape, JsonUnescaper } from './json-string.ts';
export { parseNestedType } from './nested-type.ts';

/** Reads SQL text without parsing it: splits, classifies, binds parameters, tags scans, quotes. Knows no plan and no DuckDB. */
export type { Classification, ExplainedStatement, StatementKind, StatementTarget } from './classify.ts';
export { classifyStatement, sessionStatement } from './classify.ts';
export type { Token, TokenKind } from './lexer.ts';
export { closingIndex, isName, isSymbol, isWord, tokensOf } from './lexer.ts';
export type { BoundStatement, Parameters } from './parameters/parameters.ts';
export { bindParameters, parameterNames } from './parameters/parameters.ts';
export type { SqlTag } from './parameters/template.ts';
export { SqlFragment, sql } from './parameters/template.ts';
export type { TypedValue } from './parameters/typed-value.ts';
export { typed } from './parameters/typed-value.ts';
export { nextPiece, type Piece } from './pieces.ts';
export { quoteIdentifier, quoteLiteral } from './quote.ts';
export { type ScanSettingChange, scanSettingFrom } from './scan-setting.ts';
export { offsetFromBytes, type Spliced } from './splice.ts';
export type { Statement } from './split.ts';
export { splitStatements } from './split.ts';
export type { TaggedStatement } from './tag-scans.ts';
export { redisCallsIn, tagScans, untagName } from './tag-scans.ts';

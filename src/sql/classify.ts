/**
 * Says what a statement is by its first words: whether DuckDB can plan it as JSON, whether it only reads, which view it
 * makes. It reads tokens, not grammar: what is wrong with a statement is DuckDB's to say.
 */
import { closingIndex, isName, isSymbol, isWord, type Token, tokensOf } from './lexer.ts';
import { type Spliced, splice } from './splice.ts';

export type StatementKind =
  | 'select'
  | 'explain'
  | 'describe'
  | 'createView'
  | 'createTable'
  | 'createMacro'
  | 'insert'
  | 'update'
  | 'delete'
  | 'merge'
  | 'copy'
  | 'drop'
  | 'set'
  | 'use'
  | 'pragma'
  | 'call'
  | 'attach'
  | 'transaction'
  | 'prepare'
  | 'load'
  | 'secret'
  | 'other';

export interface ExplainedStatement {
  /** True where DuckDB runs the statement, or might: it does for `(ANALYZE false)`, too. */
  readonly analyze: boolean;
  /** The statement behind EXPLAIN, and where it begins (UTF-16). */
  readonly inner: string;
  readonly innerOffset: number;
}

/** What CREATE VIEW, CREATE TABLE, CREATE MACRO or DROP names. */
export interface StatementTarget {
  /** 'view', 'table', 'macro', 'schema', …, lower case. */
  readonly objectKind: string;
  /** The last part of the name, as written but without quotes; DuckDB compares names without regard to case. */
  readonly name: string;
  /** The parts before it: schema, or catalog and schema. */
  readonly qualifiers: readonly string[];
  readonly isReplace: boolean;
  /** IF NOT EXISTS, IF EXISTS. */
  readonly isConditional: boolean;
  /** Where the SELECT of a view, table or macro begins (UTF-16); null where there is none. */
  readonly bodyOffset: number | null;
}

export interface Classification {
  readonly kind: StatementKind;
  readonly explain: ExplainedStatement | null;
  /** True where json_serialize_plan takes the statement (EXPLAIN: plan `explain.inner`). */
  readonly isPlannable: boolean;
  /** True where it writes no data, object or file; session settings and transactions count as reading. */
  readonly isReadOnly: boolean;
  readonly target: StatementTarget | null;
}

const KIND_BY_WORD: Readonly<Record<string, StatementKind>> = {
  select: 'select',
  from: 'select',
  values: 'select',
  table: 'select',
  pivot: 'select',
  pivot_wider: 'select',
  unpivot: 'select',
  pivot_longer: 'select',
  summarize: 'select',
  describe: 'describe',
  desc: 'describe',
  show: 'describe',
  explain: 'explain',
  insert: 'insert',
  replace: 'insert',
  update: 'update',
  delete: 'delete',
  merge: 'merge',
  copy: 'copy',
  drop: 'drop',
  set: 'set',
  reset: 'set',
  use: 'use',
  pragma: 'pragma',
  call: 'call',
  attach: 'attach',
  detach: 'attach',
  begin: 'transaction',
  start: 'transaction',
  commit: 'transaction',
  end: 'transaction',
  rollback: 'transaction',
  abort: 'transaction',
  prepare: 'prepare',
  execute: 'prepare',
  deallocate: 'prepare',
  load: 'load',
  install: 'load',
};

const CREATE_KINDS: Readonly<Record<string, StatementKind>> = {
  view: 'createView',
  table: 'createTable',
  macro: 'createMacro',
  function: 'createMacro',
  secret: 'secret',
};

const READING = new Set<StatementKind>(['select', 'describe', 'set', 'use', 'transaction']);

/** Classifies one statement (see `splitStatements`). @throws {RedQueryError} RQ_SYNTAX when it cannot be cut into tokens. */
export function classifyStatement(text: string): Classification {
  const tokens = tokensOf(text);
  if (isWord(tokens[0], 'explain')) return classifyExplain(text, tokens);
  const kind = kindOf(tokens);
  const target = kind === 'drop' ? dropTarget(tokens) : kind.startsWith('create') ? createTarget(tokens) : null;
  return { kind, explain: null, isPlannable: isPlannable(kind, tokens, target), isReadOnly: READING.has(kind), target };
}

/**
 * Gives the statement as a session runs it. Everything a user creates lives in the session's own in-memory catalog, so
 * that the word TEMP or TEMPORARY of CREATE is dropped; `DESCRIBE redis_hash(…)` and `SUMMARIZE redis_hash(…)`, which DuckDB's
 * grammar does not have, get their FROM.
 */
export function sessionStatement(text: string): Spliced {
  const tokens = tokensOf(text);
  const [first, second, third] = tokens;
  if (isWord(first, 'create')) {
    const temp = tokens[isWord(second, 'or') ? 3 : 1];
    const isTemp = temp !== undefined && isWord(temp, 'temp', 'temporary');
    return splice(text, isTemp ? [{ start: temp.start, end: temp.end, text: '' }] : []);
  }
  const isCall = isWord(first, 'describe', 'desc', 'summarize') && isName(second) && isSymbol(third, '(');
  return splice(text, isCall ? [{ start: second.start, end: second.start, text: 'FROM ' }] : []);
}

function classifyExplain(text: string, tokens: readonly Token[]): Classification {
  let at = 1;
  let analyze = false;
  if (isWord(tokens[at], 'analyze', 'analyse')) {
    analyze = true;
    at++;
  }
  if (isWord(tokens[at], 'verbose')) at++;
  // EXPLAIN (FORMAT json, ANALYZE) SELECT …, but EXPLAIN (SELECT …) is a statement in brackets.
  if (isSymbol(tokens[at], '(') && !isSymbol(tokens[at + 1], '(') && !isWord(tokens[at + 1], ...QUERY_WORDS)) {
    const close = closingIndex(tokens, at);
    analyze ||= !isFormatOnly(tokens.slice(at + 1, close));
    at = close + 1;
  }
  const innerOffset = tokens[at]?.start ?? text.length;
  const inner = text.slice(innerOffset, tokens.at(-1)?.end);
  const innerClass = classifyStatement(inner);
  return {
    kind: 'explain',
    explain: { analyze, inner, innerOffset },
    isPlannable: innerClass.isPlannable,
    isReadOnly: !analyze || innerClass.isReadOnly,
    target: null,
  };
}

/** UPDATE extensions [[AS] alias] SET … */
function isSet(tokens: readonly Token[], start: number): boolean {
  return tokens.slice(start, start + 3).some((token) => isWord(token, 'set'));
}

/** Words that begin a statement in brackets; all are reserved, so that no option of EXPLAIN has such a name without quotes. */
const QUERY_WORDS = Object.keys(KIND_BY_WORD).filter(
  (word) => KIND_BY_WORD[word] === 'select' || KIND_BY_WORD[word] === 'describe',
);
QUERY_WORDS.push('with');

/** True for `FORMAT name, …`: whatever else stands there, quoted or not, may be ANALYZE. */
function isFormatOnly(options: readonly Token[]): boolean {
  return options.every((token, index) => {
    const previous = options[index - 1];
    if (previous === undefined || isSymbol(previous, ',')) return isName(token) && token.value.toLowerCase() === 'format';
    return isSymbol(token, ',') || (isName(token) && isName(previous));
  });
}

function kindOf(tokens: readonly Token[]): StatementKind {
  const at = afterCommonTables(tokens);
  const token = tokens[at];
  if (isSymbol(token, '(')) return 'select';
  if (token?.kind !== 'identifier') return 'other';
  if (token.value === 'create') return CREATE_KINDS[createdWord(tokens)?.value ?? ''] ?? 'other';
  if (token.value === 'drop' && isWord(createdWord(tokens), 'secret')) return 'secret';
  // UPDATE EXTENSIONS (json), but a table may have that name, too.
  if (token.value === 'update' && isWord(tokens[at + 1], 'extensions') && !isSet(tokens, at + 2)) return 'load';
  return KIND_BY_WORD[token.value] ?? 'other';
}

/** Gives the index behind `WITH a AS (…), b(x) AS NOT MATERIALIZED (…)`, 0 where there is none. */
function afterCommonTables(tokens: readonly Token[]): number {
  if (!isWord(tokens[0], 'with')) return 0;
  // WITH recursive AS (…) names a table so.
  const isRecursive = isWord(tokens[1], 'recursive') && !isWord(tokens[2], 'as', 'using') && !isSymbol(tokens[2], '(');
  let at = isRecursive ? 2 : 1;
  for (;;) {
    at++;
    // A column list, USING KEY (…), AS, [NOT] MATERIALIZED stand between the name and the body.
    while (at < tokens.length && !isWord(tokens[at], 'as'))
      at = isSymbol(tokens[at], '(') ? closingIndex(tokens, at) + 1 : at + 1;
    while (at < tokens.length && !isSymbol(tokens[at], '(')) at++;
    at = closingIndex(tokens, at) + 1;
    if (!isSymbol(tokens[at], ',')) return at;
    at++;
  }
}

const CREATE_MODIFIERS = ['or', 'replace', 'temp', 'temporary', 'local', 'global', 'unlogged', 'recursive', 'persistent'];

/** Gives the word that says what CREATE creates. */
function createdWord(tokens: readonly Token[]): Token | undefined {
  return tokens.find((token, index) => index > 0 && !isWord(token, ...CREATE_MODIFIERS));
}

function createTarget(tokens: readonly Token[]): StatementTarget | null {
  const word = createdWord(tokens);
  if (word === undefined) return null;
  const named = nameAt(tokens, tokens.indexOf(word) + 1);
  if (named === null) return null;
  let at = named.next;
  while (at < tokens.length && !isWord(tokens[at], 'as')) at = isSymbol(tokens[at], '(') ? closingIndex(tokens, at) + 1 : at + 1;
  return {
    objectKind: word.value === 'function' ? 'macro' : word.value,
    name: named.name,
    qualifiers: named.qualifiers,
    isReplace: isWord(tokens[1], 'or') && isWord(tokens[2], 'replace'),
    isConditional: named.isConditional,
    bodyOffset: tokens[at + 1]?.start ?? null,
  };
}

function dropTarget(tokens: readonly Token[]): StatementTarget | null {
  const macroTable = isWord(tokens[1], 'macro', 'function') && isWord(tokens[2], 'table');
  const named = nameAt(tokens, macroTable ? 3 : 2);
  const word = tokens[1];
  if (named === null || word === undefined) return null;
  return {
    objectKind: word.value === 'function' ? 'macro' : word.value,
    name: named.name,
    qualifiers: named.qualifiers,
    isReplace: false,
    isConditional: named.isConditional,
    bodyOffset: null,
  };
}

interface NameAt {
  readonly name: string;
  readonly qualifiers: readonly string[];
  readonly isConditional: boolean;
  readonly next: number;
}

/** Reads `[IF [NOT] EXISTS] [catalog.][schema.]name`. */
function nameAt(tokens: readonly Token[], start: number): NameAt | null {
  let at = start;
  const isConditional = isWord(tokens[at], 'if') && isWord(tokens[at + (isWord(tokens[at + 1], 'not') ? 2 : 1)], 'exists');
  if (isConditional) at += isWord(tokens[at + 1], 'not') ? 3 : 2;
  const parts: string[] = [];
  for (;;) {
    const token = tokens[at];
    if (!isName(token)) return null;
    parts.push(token.written);
    at++;
    if (!isSymbol(tokens[at], '.')) break;
    at++;
  }
  const name = parts.pop();
  return name === undefined ? null : { name, qualifiers: parts, isConditional, next: at };
}

function isPlannable(kind: StatementKind, tokens: readonly Token[], target: StatementTarget | null): boolean {
  switch (kind) {
    case 'select':
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      return true;
    case 'createTable':
      return target?.bodyOffset != null;
    case 'copy':
      return isCopyTo(tokens);
    default:
      // EXPORT DATABASE would be carried out by being planned, others have no plan.
      return false;
  }
}

/** COPY (…) TO or COPY table TO; COPY … FROM and COPY FROM DATABASE read no scan. */
function isCopyTo(tokens: readonly Token[]): boolean {
  let at = 1;
  while (at < tokens.length && !isWord(tokens[at], 'to', 'from'))
    at = isSymbol(tokens[at], '(') ? closingIndex(tokens, at) + 1 : at + 1;
  return isWord(tokens[at], 'to');
}

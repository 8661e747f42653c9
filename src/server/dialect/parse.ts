/**
 * Cuts a text into statements with PostgreSQL's own parser (libpg-query, the parser of PostgreSQL 18 in WASM). What that
 * refuses but DuckDB may understand comes back without a tree. Knows nothing of tables.
 */
import * as parser from 'libpg-query';
import { splitStatements } from '../../sql/index.ts';
import { PgError } from '../pg-error.ts';
import type { ParsedStatement, Tree } from '../words.ts';
import { checkBounds } from './bounds.ts';
import { maskStructs, redisCalls } from './redis-calls.ts';
import { isRecord } from './tree.ts';

/** Loads the parser (15 ms, once a process); `parseScript` may be called when it has resolved. */
export function loadParser(): Promise<void> {
  return parser.loadModule();
}

await loadParser();

/** Words that begin a statement that only DuckDB has, or that PostgreSQL's grammar has otherwise. */
const DUCK_WORDS = /^\s*(from|summarize|describe|desc|pivot|unpivot|select|with|values|table|explain|create|show|\()/i;

/** Texts that were parsed lately, with their statements: tools send the same few again and again. The oldest goes first. */
const remembered = new Map<string, readonly ParsedStatement[]>();
const MOST_REMEMBERED = 500;
const LONGEST_REMEMBERED = 4_096;

/**
 * Lists the statements of a text in order; comments, blanks and mere semicolons give none.
 * They are shared: nobody changes a tree.
 * @throws {PgError} 42601 with PostgreSQL's words and the position in `text`, where not even DuckDB's grammar may take it;
 *   54001 what is nested too deeply; 54000 what is too long; 53200 where the parser has no memory; 22021 a NUL.
 */
export function parseScript(text: string): readonly ParsedStatement[] {
  const known = remembered.get(text);
  if (known !== undefined) return known;
  try {
    return remember(text, statementsOf(text));
  } catch (error) {
    if (error instanceof RangeError) throw new PgError('54001', 'stack depth limit exceeded', { cause: error });
    throw error;
  }
}

function remember(text: string, statements: readonly ParsedStatement[]): readonly ParsedStatement[] {
  if (text.length > LONGEST_REMEMBERED) return statements;
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size >= MOST_REMEMBERED) remembered.delete(oldest);
  remembered.set(text, statements);
  return statements;
}

function statementsOf(text: string): readonly ParsedStatement[] {
  const nul = text.indexOf('\0');
  if (nul >= 0) throw new PgError('22021', 'invalid byte sequence for encoding "UTF8": 0x00', { position: nul });
  checkBounds(text);
  const masked = maskStructs(text, redisCalls(text));
  const whole = tryParse(masked);
  // A parser that ran out of stack or memory says nothing about the grammar.
  if (whole instanceof PgError && whole.sqlState !== '42601') throw whole;
  if (whole instanceof PgError) return parseEach(text, masked, whole);
  return whole.map(({ tree, start, end }, index) => {
    const statement = text.slice(start, end);
    const isAtStart = index === 0 && start === 0;
    // A tree's positions count from the start of the text that was parsed, so that a later statement is parsed alone.
    const own = isAtStart ? tree : (singleTree(masked.slice(start, end)) ?? tree);
    return { text: statement, offset: start, tree: own, syntaxError: null, parameterCount: highestParameter(own) };
  });
}

/** Gives the tree of one statement; null where it is none or several. */
export function singleTree(text: string): Tree | null {
  const parsed = tryParse(text);
  return parsed instanceof PgError || parsed.length !== 1 ? null : (parsed[0]?.tree ?? null);
}

interface RawStatement {
  readonly tree: Tree;
  /** UTF-16 offsets into the text. */
  readonly start: number;
  readonly end: number;
}

function tryParse(text: string): RawStatement[] | PgError {
  if (text.trim() === '') return [];
  try {
    const { stmts = [] } = parser.parseSync(text);
    const offset = risingOffsets(text);
    return stmts.flatMap(({ stmt, stmt_location: location = 0, stmt_len: byteLength = 0 }) => {
      if (stmt === undefined) return [];
      const start = offset(location);
      const end = byteLength === 0 ? endOf(text) : offset(location + byteLength);
      return [{ tree: stmt, start, end }];
    });
  } catch (error) {
    return syntaxErrorFrom(error, text);
  }
}

/** Gives UTF-16 offsets of byte offsets, which must rise from call to call. */
function risingOffsets(text: string): (byteOffset: number) => number {
  if (!/[^\x00-\x7f]/.test(text)) return (byteOffset) => byteOffset;
  const bytes = Buffer.from(text, 'utf8');
  let [known, offset] = [0, 0];
  return (byteOffset) => {
    offset += bytes.toString('utf8', known, byteOffset).length;
    known = byteOffset;
    return offset;
  };
}

/** The last statement has no length where no semicolon ends it: comments behind it belong to it, blanks do not. */
function endOf(text: string): number {
  return text.trimEnd().length;
}

function syntaxErrorFrom(error: unknown, text: string): PgError {
  if (parser.hasSqlDetails(error) && error.sqlDetails !== undefined) {
    const { message, cursorPosition } = error.sqlDetails;
    return new PgError(message.includes('memory exhausted') ? '54001' : '42601', message, {
      position: Math.min(Array.from(text).slice(0, Math.max(0, cursorPosition)).join('').length, text.length),
      cause: error,
    });
  }
  if (error instanceof RangeError) return new PgError('54001', 'stack depth limit exceeded', { cause: error });
  if (error instanceof parser.SqlError) return new PgError('42601', error.message, { position: 0, cause: error });
  return new PgError('53200', 'the parser ran out of memory', { cause: error });
}

/** PostgreSQL refused the whole text: each statement is tried alone. */
function parseEach(text: string, masked: string, refusal: PgError): readonly ParsedStatement[] {
  let pieces: readonly { readonly text: string; readonly offset: number }[];
  try {
    pieces = splitStatements(text);
  } catch {
    throw refusal;
  }
  return pieces.map(({ text: statement, offset }) => {
    const parsed = tryParse(masked.slice(offset, offset + statement.length));
    if (!(parsed instanceof PgError)) {
      const tree = parsed[0]?.tree;
      if (parsed.length !== 1 || tree === undefined) throw refusal;
      return { text: statement, offset, tree, syntaxError: null, parameterCount: highestParameter(tree) };
    }
    if (!DUCK_WORDS.test(statement)) throw moved(parsed, offset);
    return { text: statement, offset, tree: null, syntaxError: moved(parsed, 0), parameterCount: highestInText(statement) };
  });
}

function moved(error: PgError, offset: number): PgError {
  return new PgError(error.sqlState, error.message, { ...error.details, position: (error.details.position ?? 0) + offset });
}

/** Objects and arrays inside one another: about 400 calls, 600 operators; the deparser's stack ends at 2,000 or so. */
const MAX_DEPTH = 1200;

/** Looks at a whole tree without recursion, so that none is too deep for it. @throws {PgError} 54001 for those after it. */
function highestParameter(tree: Tree): number {
  let highest = 0;
  const open: { value: unknown; depth: number }[] = [{ value: tree, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) throw new PgError('54001', 'stack depth limit exceeded');
    const parameter: unknown = 'ParamRef' in value ? value.ParamRef : undefined;
    if (isRecord(parameter)) highest = Math.max(highest, Number(parameter['number'] ?? 0));
    for (const inner of Object.values(value)) open.push({ value: inner, depth: depth + 1 });
  }
  return highest;
}

function highestInText(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\$([0-9]{1,5})\b/g)].map((match) => Number(match[1])));
}

/**
 * Views that the operator declares: a text of CREATE VIEW statements. Each is tried on the engine once, and the columns that
 * a sample found are written into it, so that all sessions see one shape and none has to sample again.
 */
import type { DescribedColumn, Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import {
  classifyStatement,
  closingIndex,
  isName,
  isSymbol,
  isWord,
  quoteIdentifier,
  quoteLiteral,
  splitStatements,
  tokensOf,
} from '../../sql/index.ts';
import { parseTemplate } from '../../storage/index.ts';
import { typeName } from '../../types/index.ts';
import type { ServedTable } from '../words.ts';

/** Functions whose columns are sampled where they are not declared. */
const SAMPLED: ReadonlySet<string> = new Set(['redis_hash', 'redis_json', 'redis_stream']);

/** Functions that give one row a key. */
const KEYED: ReadonlySet<string> = new Set(['redis_hash', 'redis_json', 'redis_string']);

/** Words of a query whose rows are not those of its table. */
const MANY_ROWS = ['join', 'group', 'distinct', 'union', 'intersect', 'except', 'unnest', 'lateral', 'with', 'values'];

/** A call of a redis_… function inside a text. */
interface Call {
  readonly name: string;
  readonly text: string;
  /** Offset of its closing bracket. */
  readonly closeAt: number;
  /** Its first argument where that is a literal. */
  readonly pattern: string | null;
  readonly hasColumns: boolean;
}

/**
 * Makes the views of a text, in order, in `session`; a later one may read an earlier one.
 * @param known tables that stand in the session already.
 * @throws {RedQueryError} RQ_SYNTAX for what is no CREATE VIEW, and what is wrong with a view, which the message names.
 */
export async function declareViews(
  session: Session,
  text: string,
  known: readonly ServedTable[] = [],
): Promise<readonly ServedTable[]> {
  const tables: ServedTable[] = [];
  for (const { text: statement } of splitStatements(text))
    tables.push(await declareView(session, statement, [...known, ...tables]));
  return tables;
}

async function declareView(session: Session, statement: string, earlier: readonly ServedTable[]): Promise<ServedTable> {
  const { name, body } = viewIn(statement);
  try {
    const select = await withColumns(session, body);
    await session.query(`CREATE OR REPLACE VIEW ${quoteIdentifier(name)} AS ${select}`).rows();
    const columns = await session.query(`SELECT * FROM ${quoteIdentifier(name)} LIMIT 0`).schema();
    const calls = callsIn(select);
    const isKeyed = calls.length === 1 && columns.some((column) => column.name === '_key') && isPlain(select, calls[0]);
    const read = earlier.filter((table) => namesIn(select).has(table.name));
    const own = calls.map(({ pattern }) => (pattern === null ? null : parseTemplate(pattern).pattern));
    const inherited = read.flatMap((table): readonly (string | null)[] =>
      table.patterns.length === 0 ? [null] : table.patterns,
    );
    const patterns = [...own, ...inherited].filter((pattern) => pattern !== null);
    const isKnown = patterns.length === own.length + inherited.length;
    return {
      name,
      kind: isKeyed ? 'table' : 'view',
      columns,
      primaryKey: isKeyed ? '_key' : null,
      comment: body.trim(),
      select,
      patterns: isKnown ? patterns : [],
      estimatedRows: Math.max(0, ...read.map((table) => table.estimatedRows)),
    };
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `view "${name}": ${error.message}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** Takes CREATE [OR REPLACE] [TEMP] VIEW name AS body apart. */
function viewIn(statement: string): { readonly name: string; readonly body: string } {
  const { kind } = classifyStatement(statement);
  const tokens = tokensOf(statement);
  const as = tokens.findIndex((token) => isWord(token, 'as'));
  const name = tokens[as - 1];
  const first = tokens[as + 1];
  if (kind !== 'createView' || !isName(name) || first === undefined) {
    const shown = tokens.slice(0, 4).map((token) => token.written);
    throw new RedQueryError(
      'RQ_SYNTAX',
      `"${shown.join(' ')} …" is no CREATE VIEW name AS SELECT …; the file of views holds nothing else`,
    );
  }
  if (/^pg_/i.test(name.value))
    throw new RedQueryError(
      'RQ_OPTION',
      `view "${name.value}": names that begin with pg_ are PostgreSQL's own; name it otherwise`,
    );
  const folded = name.kind === 'identifier' ? name.value.toLowerCase() : name.value;
  return { name: folded, body: statement.slice(first.start).replace(/;\s*$/, '') };
}

/** Writes the sampled columns into each call that does not declare its own. */
async function withColumns(session: Session, body: string): Promise<string> {
  let text = body;
  for (const call of callsIn(body).reverse()) {
    if (!SAMPLED.has(call.name) || call.hasColumns) continue;
    const sampled = (await session.describe(call.text)).filter((column) => column.sample !== null);
    if (sampled.length > 0)
      text = `${text.slice(0, call.closeAt)}, columns => ${columnsText(sampled)}${text.slice(call.closeAt)}`;
  }
  return text;
}

function columnsText(columns: readonly DescribedColumn[]): string {
  return `{${columns.map(({ name, type }) => `${quoteLiteral(name)}: ${quoteLiteral(typeName(type))}`).join(', ')}}`;
}

function callsIn(text: string): Call[] {
  const tokens = tokensOf(text);
  return tokens.flatMap((token, at): Call[] => {
    const name = isName(token) ? token.value.toLowerCase() : '';
    if (!name.startsWith('redis_') || !isSymbol(tokens[at + 1], '(')) return [];
    const close = closingIndex(tokens, at + 1);
    const end = tokens[close];
    if (end === undefined) return [];
    const args = tokens.slice(at + 2, close);
    const pattern = args[0]?.kind === 'string' ? textOf(args[0].written) : null;
    const hasColumns = args.some(
      (arg, i) => isName(arg) && arg.value.toLowerCase() === 'columns' && isSymbol(args[i + 1], '=>', ':='),
    );
    return [{ name, text: text.slice(token.start, end.end), closeAt: end.start, pattern, hasColumns }];
  });
}

/** The text of a literal in single quotes; null for other forms (E'…', $$…$$). */
function textOf(written: string): string | null {
  return /^'.*'$/s.test(written) ? written.slice(1, -1).replaceAll("''", "'") : null;
}

function namesIn(text: string): ReadonlySet<string> {
  const names = tokensOf(text).filter(isName);
  return new Set(names.map((token) => (token.kind === 'identifier' ? token.value.toLowerCase() : token.value)));
}

/** A row is a key: nothing but one table of keys is read, and nothing joins, groups or unfolds its rows. */
function isPlain(select: string, call: Call | undefined): boolean {
  if (call === undefined || !KEYED.has(call.name)) return false;
  const tokens = tokensOf(select);
  const from = tokens.findIndex((token) => isWord(token, 'from'));
  const behindFrom = tokens.findIndex((token, at) => at > from && isWord(token, 'where', 'order', 'limit', 'offset'));
  const source = tokens.slice(from + 1, behindFrom < 0 ? tokens.length : behindFrom);
  // Nothing but a name, its brackets, and an alias.
  const open = source.findIndex((token) => isSymbol(token, '('));
  const isOneCall = open === 1 && source.slice(closingIndex(source, open) + 1).every((token) => isName(token));
  const renames = tokens.some((token, at) => isName(token) && token.value === '_key' && isWord(tokens[at - 1], 'as'));
  return isOneCall && !renames && !tokens.some((token) => isWord(token, ...MANY_ROWS));
}

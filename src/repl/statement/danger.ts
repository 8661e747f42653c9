/**
 * What a person is asked about before a statement runs: changes that take everything, and scans of more keys than
 * `.set ask_keys` says. Asking costs nothing where the database is small.
 */
import type { ExplainedPlan, ExplainedScan } from '../../engine/index.ts';
import { durationText, escapeControls, shortCount } from '../../output/index.ts';
import { isName, isSymbol, isWord, type Token, tokensOf } from '../../sql/index.ts';
import { stopsEarly } from '../explain/scan-lines.ts';
import type { StatementText } from './statement-text.ts';

/** What is said before it is asked. */
export interface Danger {
  readonly lines: readonly DangerLine[];
  readonly question: string;
}

/** `isWhole`: a command, which is copied from the window and must stay one line. */
export interface DangerLine {
  readonly text: string;
  readonly isWhole: boolean;
}

export interface DangerNeeds {
  /** `.set ask_keys`; null: scans are never asked about. */
  readonly askKeys: number | null;
  /** Keys that a scan looks at in a second, as was seen before. */
  readonly keysPerSecond: number;
  readonly hasFurtherServers: boolean;
  /** DBSIZE of the own server; null: not known. */
  keyCount(): Promise<number | null>;
  explain(text: string): Promise<ExplainedPlan>;
}

/** Kinds whose plan may scan; a view or a macro is enough, whatever the words. */
const SCANNING = new Set(['select', 'createTable', 'insert', 'update', 'delete', 'merge', 'copy']);

/** Gives what is to be asked; null where there is nothing to ask. */
export async function dangerOf(statement: StatementText, needs: DangerNeeds): Promise<Danger | null> {
  return changeDanger(statement) ?? (await scanDanger(statement, needs));
}

/** DELETE and UPDATE without WHERE, DROP TABLE or SCHEMA, TRUNCATE: of the session's own tables. */
function changeDanger({ tokens, kind }: StatementText): Danger | null {
  const [first, second] = tokens;
  if (kind === 'delete' && !hasWhere(tokens)) return changes(`This deletes all rows of ${nameBehind(tokens, 'from')}.`);
  if (kind === 'update' && !hasWhere(tokens)) return changes(`This changes all rows of ${nameBehind(tokens, 'update')}.`);
  if (isWord(first, 'truncate')) return changes(`This deletes all rows of ${nameBehind(tokens, 'table', 'truncate')}.`);
  if (kind === 'drop' && isWord(second, 'table', 'schema')) {
    return changes(`This drops ${second?.value ?? ''} ${nameBehind(tokens, 'exists', 'table', 'schema')} and its rows.`);
  }
  return null;
}

function changes(line: string): Danger {
  return { lines: [prose(line)], question: 'Run it?' };
}

/** The WHERE of the statement itself, not of a query inside brackets. */
function hasWhere(tokens: readonly Token[]): boolean {
  const depths = depthsOf(tokens);
  return tokens.some((token, place) => depths[place] === 0 && isWord(token, 'where'));
}

/** The name behind the first of `words` that stands in the statement. */
function nameBehind(tokens: readonly Token[], ...words: readonly string[]): string {
  for (const word of words) {
    const at = tokens.findIndex((token) => isWord(token, word));
    const name = at < 0 ? undefined : tokens[at + 1];
    if (isName(name)) return escapeControls(name.written);
  }
  return 'a table';
}

async function scanDanger(statement: StatementText, needs: DangerNeeds): Promise<Danger | null> {
  const { askKeys } = needs;
  const { explain } = statement;
  if (askKeys === null || (explain === null && !SCANNING.has(statement.kind))) return null;
  const inner = explain?.inner ?? statement.text;
  const source = pivotSource(inner);
  // What is only planned scans nothing, but for PIVOT.
  if (source === null && explain !== null && !explain.analyze) return null;
  // Another server may be larger than this one; a view says nothing of where it reads.
  if (!needs.hasFurtherServers && ((await needs.keyCount()) ?? 0) <= askKeys) return null;
  for (const text of source === null ? [inner] : [source, inner]) {
    // What cannot be explained says so itself when it runs.
    const plan = await needs.explain(text).catch(() => null);
    const scans = plan?.scans ?? [];
    const large = scans.filter((scan) => (scan.estimatedKeys ?? 0) > askKeys && !stopsEarly(scan.lines));
    if (large.length > 0) return { lines: large.flatMap((scan) => scanLines(scan, needs)), question: 'Run it?' };
  }
  return null;
}

/**
 * Gives the query of what the first `PIVOT table ON column` reads, with the common tables before it; null where there is none.
 * DuckDB looks for the column's values before it plans the rest, that is with EXPLAIN, too, unless they are written down.
 */
function pivotSource(text: string): string | null {
  const tokens = tokensOf(text);
  const at = tokens.findIndex((token) => isWord(token, 'pivot', 'pivot_wider'));
  const [source, ...rest] = at < 0 ? [] : tokens.slice(at + 1);
  if (source === undefined) return null;
  const depths = depthsOf([source, ...rest]);
  const [on, values] = rest.filter((token, place) => depths[place + 1] === 0 && isWord(token, 'on', 'in'));
  if (on === undefined || !isWord(on, 'on') || values !== undefined) return null;
  const before = tokens.slice(0, at);
  const outer = depthsOf(before);
  const closing = before.findLastIndex((token, place) => outer[place] === 0 && isSymbol(token, ')'));
  const common = isWord(tokens[0], 'with') ? text.slice(0, before[closing]?.end ?? 0) : '';
  return `${common} FROM ${text.slice(source.start, on.start)}`;
}

/** How many brackets are open behind each token. */
function depthsOf(tokens: readonly Token[]): number[] {
  let depth = 0;
  return tokens.map((token) => {
    if (isSymbol(token, '(')) depth++;
    else if (isSymbol(token, ')')) depth--;
    return depth;
  });
}

function scanLines({ estimatedKeys, access, title, advice }: ExplainedScan, { keysPerSecond }: DangerNeeds): DangerLine[] {
  const keys = estimatedKeys ?? 0;
  const what = access === 'scan' ? `all ${shortCount(keys)} keys of the database` : `${shortCount(keys)} keys`;
  const time = durationText((keys / keysPerSecond) * 1000);
  const head = prose(`This reads ${what} (about ${time}): ${escapeControls(title)}`);
  if (advice === null) return [head];
  return [head, { text: `  try: ${escapeControls(advice.command)}`, isWhole: true }, prose(`  ${escapeControls(advice.saving)}`)];
}

function prose(text: string): DangerLine {
  return { text, isWhole: false };
}

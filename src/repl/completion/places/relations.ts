/** Finds the tables whose columns may stand at the cursor: those of FROM, JOIN, UPDATE and INTO in the query around it. */
import type { Relation } from '../facts/column-cache.ts';
import type { Piece, SqlCursor } from './cursor.ts';
import { closes, closingBracket, isName, isSymbol, isWord, lastWordOf, opens } from './pieces.ts';

/** A table of the query, by the name that columns may be written behind. */
export interface ScopeTable extends Relation {
  /** The alias; else the table's own name; null: it has none. */
  readonly name: string | null;
}

interface Cte {
  readonly name: string;
  readonly end: number;
}

interface With {
  readonly start: number;
  readonly ctes: readonly Cte[];
}

const SET_WORDS = ['union', 'except', 'intersect'];
const AFTER_TABLE = new Set(['from', 'join', 'update', 'into']);

/** Lists them, those of the innermost query first. */
export function tablesInScope(text: string, { before, after }: SqlCursor): readonly ScopeTable[] {
  const pieces = [...before, ...after];
  const cursor = before.length;
  const withs = withClauses(pieces, cursor);
  const starts = queriesAround(pieces, cursor);
  return starts.flatMap((start) => tablesOfQuery(text, { pieces, cursor, start, withs }));
}

/** Gives where the queries around the cursor begin, the innermost first: behind each open bracket and behind UNION. */
function queriesAround(pieces: readonly Piece[], cursor: number): readonly number[] {
  const starts: number[] = [];
  let depth = 0;
  let isSplit = false;
  for (let at = cursor - 1; at >= 0; at--) {
    const piece = pieces[at];
    if (closes(piece)) depth++;
    else if (opens(piece) && depth > 0) depth--;
    else if (opens(piece)) {
      if (!isSplit) starts.push(at + 1);
      isSplit = false;
    } else if (depth === 0 && !isSplit && isWord(piece, ...SET_WORDS)) {
      starts.push(at + 1);
      isSplit = true;
    }
  }
  if (!isSplit) starts.push(0);
  return starts;
}

interface Query {
  readonly pieces: readonly Piece[];
  readonly cursor: number;
  readonly start: number;
  readonly withs: readonly With[];
}

function tablesOfQuery(text: string, query: Query): ScopeTable[] {
  const { pieces, start } = query;
  const tables: ScopeTable[] = [];
  let at = start;
  while (at < pieces.length) {
    const piece = pieces[at];
    if (closes(piece) || (at > start && isWord(piece, ...SET_WORDS))) break;
    if (opens(piece)) {
      const close = closingBracket(pieces, at);
      // An open bracket around the cursor: the query goes on behind it.
      at = close < 0 ? pieces.length : close + 1;
      continue;
    }
    at++;
    if (piece?.kind !== 'identifier' || !AFTER_TABLE.has(piece.value)) continue;
    for (;;) {
      const found = tableAt(text, query, { at, isTarget: piece.value === 'into' });
      if (found === null) break;
      if (found.table !== null) tables.push(found.table);
      at = found.end;
      if (!isSymbol(pieces[at], ',')) break;
      at++;
    }
  }
  return tables;
}

/** Reads a table and its alias at `at`; null where none stands there. A query that the cursor is in has no columns to give. */
function tableAt(
  text: string,
  query: Query,
  { at, isTarget }: { readonly at: number; readonly isTarget: boolean },
): { readonly table: ScopeTable | null; readonly end: number } | null {
  const { pieces, cursor, withs } = query;
  const end = tableEnd(pieces, at, isTarget);
  const [first, last] = [pieces[at], pieces[end - 1]];
  if (first === undefined || last === undefined || end === at) return null;
  const { alias, end: behind } = aliasAt(pieces, end);
  // The word being typed at the cursor is none of these pieces.
  if (at < cursor && cursor < end) return { table: null, end: behind };
  const table = text.slice(first.start, last.end);
  const name = alias ?? (isName(last) ? last.value : null);
  const tableName = end === at + 1 && isName(first) ? first.value : null;
  return { table: { table, tableName, name, withClause: withFor(text, { pieces, withs, from: at, end }) }, end: behind };
}

/** `name`, `schema.name`, `name(…)`, `(…)`, `'file'`. Behind INTO brackets hold columns. */
function tableEnd(pieces: readonly Piece[], at: number, isTarget: boolean): number {
  const first = pieces[at];
  if (isSymbol(first, '(')) return closingBracket(pieces, at) + 1 || at;
  if (first?.kind === 'string') return at + 1;
  if (!isName(first)) return at;
  let end = at + 1;
  while (isSymbol(pieces[end], '.') && isName(pieces[end + 1])) end += 2;
  if (isTarget || !isSymbol(pieces[end], '(')) return end;
  return closingBracket(pieces, end) + 1 || end;
}

function aliasAt(pieces: readonly Piece[], end: number): { readonly alias: string | null; readonly end: number } {
  const at = isWord(pieces[end], 'as') ? end + 1 : end;
  const name = pieces[at];
  if (!isName(name) || isWord(name, 'set', 'window', 'values', 'positional')) return { alias: null, end };
  const columns = at + 1;
  const close = isSymbol(pieces[columns], '(') ? closingBracket(pieces, columns) : -1;
  return { alias: name.value, end: close < 0 ? columns : close + 1 };
}

/** Finds the WITH clauses, up to their last query that is closed and stands before the cursor. */
function withClauses(pieces: readonly Piece[], cursor: number): readonly With[] {
  const withs: With[] = [];
  for (const [start, piece] of pieces.entries()) {
    const isFirst = start === 0 || isSymbol(pieces[start - 1], '(') || isWord(pieces[start - 1], 'as', 'explain', 'analyze');
    if (!isWord(piece, 'with') || !isFirst) continue;
    const ctes: Cte[] = [];
    let at = isWord(pieces[start + 1], 'recursive') ? start + 2 : start + 1;
    for (;;) {
      const cte = cteAt(pieces, at);
      if (cte === null || (at < cursor && cursor < cte.end)) break;
      ctes.push(cte);
      if (!isSymbol(pieces[cte.end], ',')) break;
      at = cte.end + 1;
    }
    if (ctes.length > 0) withs.push({ start, ctes });
  }
  return withs;
}

/** `name (a, b) AS MATERIALIZED ( … )`. */
function cteAt(pieces: readonly Piece[], at: number): Cte | null {
  const name = pieces[at];
  if (!isName(name)) return null;
  let next = at + 1;
  if (isSymbol(pieces[next], '(')) next = closingBracket(pieces, next) + 1;
  if (!isWord(pieces[next], 'as')) return null;
  next++;
  while (isWord(pieces[next], 'not', 'materialized')) next++;
  const close = isSymbol(pieces[next], '(') ? closingBracket(pieces, next) : -1;
  return close < 0 ? null : { name: name.value, end: close + 1 };
}

/** Gives the WITH clause that a table's text needs: where it names one of its queries. */
function withFor(
  text: string,
  {
    pieces,
    withs,
    from,
    end,
  }: { readonly pieces: readonly Piece[]; readonly withs: readonly With[]; readonly from: number; readonly end: number },
): string {
  const names = new Set(
    pieces
      .slice(from, end)
      .filter(isName)
      .map(({ value }) => value.toLowerCase()),
  );
  const needed = withs.find(({ ctes }) => ctes.some(({ name }) => names.has(name.toLowerCase())));
  const last = pieces[(needed?.ctes.at(-1)?.end ?? 0) - 1];
  const first = needed === undefined ? undefined : pieces[needed.start];
  return first === undefined || last === undefined ? '' : text.slice(first.start, last.end);
}

/** Lists the names of WITH clauses that may stand behind FROM at the cursor. */
export function withNames({ before, after }: SqlCursor): readonly string[] {
  return withClauses([...before, ...after], before.length).flatMap(({ ctes }) => ctes.map(({ name }) => name));
}

/** Lists the names that the SELECT list before the cursor gives by AS, in the query that the cursor is in. */
export function selectAliases({ before }: SqlCursor): readonly string[] {
  const start = lastWordOf(before, new Set(['select']));
  if (start < 0) return [];
  const names: string[] = [];
  let depth = 0;
  for (let at = start; at < before.length; at++) {
    const piece = before[at];
    if (opens(piece)) depth++;
    else if (closes(piece)) depth--;
    else if (depth === 0 && isWord(piece, 'from')) break;
    else if (depth === 0 && isWord(before[at - 1], 'as') && isName(piece)) names.push(piece.value);
  }
  return names;
}

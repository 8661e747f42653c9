/** Tells what fits where the cursor stands, by the pieces around it alone. */
import type { Piece, SqlCursor } from './cursor.ts';
import { isName, isSymbol, isWord, lastWordOf, openBracket, stringValue } from './pieces.ts';

/** A call whose bracket is open at the cursor. */
export interface Call {
  /** In lower case. */
  readonly name: string;
  /** Place of the argument at the cursor, from 0. */
  readonly position: number;
  /** Its name, in `name => …`; null before the arrow, and where it has none. */
  readonly argument: string | null;
  /** Nothing stands before the cursor in this argument. */
  readonly isStart: boolean;
  /** The first argument, where that is a plain string and not the one at the cursor. */
  readonly firstText: string | null;
  /** Named arguments that are there already. */
  readonly given: readonly string[];
}

export type Place =
  /** Where a statement begins; `isQuery`: one that gives rows. */
  | { readonly kind: 'start'; readonly isQuery: boolean }
  | { readonly kind: 'relation' }
  | { readonly kind: 'expression'; readonly clause: string | null; readonly mayBeQuery: boolean }
  /** Behind what is whole: operators and the words that begin the next clause. */
  | { readonly kind: 'clause'; readonly clause: string | null }
  | { readonly kind: 'member'; readonly qualifier: readonly string[]; readonly isRelation: boolean }
  | { readonly kind: 'call'; readonly call: Call }
  | { readonly kind: 'target'; readonly table: Piece }
  | { readonly kind: 'setting'; readonly verb: 'set' | 'reset' | 'show' }
  | { readonly kind: 'settingValue'; readonly name: string }
  | { readonly kind: 'type' }
  | { readonly kind: 'file' };

const CLAUSES: ReadonlySet<string> = new Set(
  'select from join on using where by having qualify limit offset set values returning into update describe summarize table view when then else case and or not filter over'.split(
    ' ',
  ),
);
/** Words behind which a table stands. */
const BEFORE_RELATION = ['from', 'join', 'into', 'update', 'describe', 'desc', 'summarize', 'using'];
/** Words that begin no operand and end none; reserved ones do so anyway. */
const NO_OPERANDS = [
  'by',
  'set',
  'over',
  'filter',
  'with',
  'ignore',
  'respect',
  'explain',
  'call',
  'if',
  'use',
  'sets',
  'between',
  'values',
  'exists',
  'interval',
  'row',
];
const OPERAND_WORDS = ['end', 'null', 'true', 'false', 'current_date', 'current_timestamp', 'asc', 'desc'];
/** Functions that are written with FROM. */
const WITH_FROM = ['extract', 'trim', 'substring', 'overlay', 'position'];
const FILE_FUNCTIONS = /^(?:read_\w+|parquet_\w+|sniff_csv|glob|sqlite_scan)$/;

/** Gives what fits; null where nothing does: a new name, a number. */
export function placeAt({ word, before }: SqlCursor): Place | null {
  const call = callAround(before);
  if (word.quote === "'") return textPlace(before, call);
  const last = before.at(-1);
  if (isSymbol(last, '.')) return memberPlace(before);
  if (call !== null && call.name.startsWith('redis_')) return { kind: 'call', call };
  if (word.quote === '' && (before.length === 0 || isOnlyExplain(before))) return { kind: 'start', isQuery: before.length > 0 };
  const known = settingPlace(before) ?? typePlace(before, call);
  if (known !== null) return known;
  if (isNewName(before)) return null;
  if ((isWord(last, 'as') && isCreating(before)) || opensQuery(before)) return { kind: 'start', isQuery: true };
  return relationPlace(before, call) ?? expressionPlace(before);
}

function textPlace(before: readonly Piece[], call: Call | null): Place | null {
  if (call?.name.startsWith('redis_') === true) return { kind: 'call', call };
  if (call !== null && FILE_FUNCTIONS.test(call.name)) return { kind: 'file' };
  const last = before.at(-1);
  if (isWord(before[0], 'copy') && isWord(last, 'to', 'from')) return { kind: 'file' };
  if (isWord(last, 'from', 'join') && relationPlace(before, call) !== null) return { kind: 'file' };
  const setting = settingPlace(before);
  return setting?.kind === 'settingValue' ? setting : null;
}

function isOnlyExplain(before: readonly Piece[]): boolean {
  return isWord(before[0], 'explain') && before.slice(1).every((piece) => isWord(piece, 'analyze', 'analyse'));
}

function memberPlace(before: readonly Piece[]): Place {
  const qualifier: string[] = [];
  let at = before.length - 1;
  while (isSymbol(before[at], '.')) {
    const name = before[at - 1];
    if (name === undefined || (name.kind !== 'identifier' && name.kind !== 'quotedIdentifier')) break;
    qualifier.unshift(name.value);
    at -= 2;
  }
  const isRelation = isWord(before[at], ...BEFORE_RELATION);
  return { kind: 'member', qualifier, isRelation };
}

/** `SET name = value`, `RESET name`, `SHOW name`. */
function settingPlace(before: readonly Piece[]): Place | null {
  const [first] = before;
  if (!isWord(first, 'set', 'reset', 'show') || first === undefined) return null;
  const rest = before.slice(isWord(before[1], 'session', 'local', 'global') ? 2 : 1);
  // It is one of the three.
  if (rest.length === 0) return { kind: 'setting', verb: first.value as 'set' | 'reset' | 'show' };
  const isValue = first.value === 'set' && rest.length === 2 && (isSymbol(rest[1], '=') || isWord(rest[1], 'to'));
  return isValue ? { kind: 'settingValue', name: rest[0]?.value ?? '' } : null;
}

function typePlace(before: readonly Piece[], call: Call | null): Place | null {
  const last = before.at(-1);
  const isCast = isWord(last, 'as') && (call?.name === 'cast' || call?.name === 'try_cast');
  return isSymbol(last, '::') || isCast ? { kind: 'type' } : null;
}

/** Behind AS stands a new name, but for the query of CREATE … AS; behind CREATE VIEW a new name, too. */
function isNewName(before: readonly Piece[]): boolean {
  const last = before.at(-1);
  if (isWord(last, 'as')) return !isCreating(before);
  return isCreating(before) && isWord(last, 'table', 'view', 'macro', 'function', 'exists');
}

/** `FROM (`, `WITH a AS (`, `EXISTS (`: a query stands in the brackets, and nothing else. */
function opensQuery(before: readonly Piece[]): boolean {
  return isSymbol(before.at(-1), '(') && isWord(before.at(-2), 'from', 'join', 'as', 'exists', 'materialized');
}

function isCreating(before: readonly Piece[]): boolean {
  return isWord(before[0], 'create') && openBracket(before) < 0;
}

function relationPlace(before: readonly Piece[], call: Call | null): Place | null {
  const last = before.at(-1);
  const isDropping = isWord(before[0], 'drop', 'alter', 'truncate') && isWord(last, 'table', 'view', 'exists');
  if (isDropping || (before.length === 1 && isWord(last, 'table'))) return { kind: 'relation' };
  if (isWord(last, ...BEFORE_RELATION)) {
    if (isWord(last, 'desc') && before.length > 1) return null;
    if (isWord(last, 'using') && !isWord(before[0], 'delete', 'merge')) return null;
    if (isWord(last, 'update') && before.length > 1) return null;
    if (isWord(last, 'from') && isFunctionsFrom(before, call)) return null;
    return { kind: 'relation' };
  }
  if (!isSymbol(last, ',')) return null;
  const clause = before[lastWordOf(before, CLAUSES)];
  return isWord(clause, 'from', 'join', 'on', 'and', 'or') && lastWordOf(before, new Set(['from'])) >= 0 && isBehindFrom(before)
    ? { kind: 'relation' }
    : null;
}

/** `extract(year FROM …)`, `IS DISTINCT FROM …`. */
function isFunctionsFrom(before: readonly Piece[], call: Call | null): boolean {
  const isDistinct = isWord(before.at(-2), 'distinct') && isWord(before.at(-3), 'is', 'not');
  return isDistinct || (call !== null && WITH_FROM.includes(call.name));
}

/** True where the last clause at this level is FROM with its joins: a comma there is one between tables. */
function isBehindFrom(before: readonly Piece[]): boolean {
  const main = new Set(['select', 'from', 'where', 'by', 'having', 'qualify', 'limit', 'set', 'values', 'returning', 'window']);
  return isWord(before[lastWordOf(before, main)], 'from');
}

function expressionPlace(before: readonly Piece[]): Place | null {
  const last = before.at(-1);
  const target = insertTarget(before);
  if (target !== null) return { kind: 'target', table: target };
  const clause = before[lastWordOf(before, CLAUSES)]?.value ?? null;
  if (isOperand(last, before)) return { kind: 'clause', clause };
  const opened = before.at(-2);
  const mayBeQuery = isSymbol(last, '(') && (!isName(opened) || isWord(opened, 'exists'));
  return { kind: 'expression', clause, mayBeQuery };
}

/** `INSERT INTO t (a, …`. */
function insertTarget(before: readonly Piece[]): Piece | null {
  const open = openBracket(before);
  const table = before[open - 1];
  return isName(table) && isWord(before[open - 2], 'into') && isSymbol(before[open], '(') ? table : null;
}

/** True where an operand ends: what follows is an operator or a new clause. */
function isOperand(last: Piece | undefined, before: readonly Piece[]): boolean {
  if (last === undefined) return false;
  if (last.kind === 'number' || last.kind === 'string' || last.kind === 'parameter') return true;
  if (isSymbol(last, ')', ']', '}')) return true;
  // A star behind a word of syntax stands for all columns; behind an operand it multiplies.
  if (isSymbol(last, '*')) return !isOperand(before.at(-2), before.slice(0, -1));
  if (isWord(last, ...OPERAND_WORDS)) return true;
  return isName(last) && !isWord(last, ...NO_OPERANDS);
}

/** Gives the call whose bracket is the innermost open one; null where that is no call's. */
function callAround(before: readonly Piece[]): Call | null {
  const open = openBracket(before);
  const name = before[open - 1];
  if (!isSymbol(before[open], '(') || (name?.kind !== 'identifier' && name?.kind !== 'quotedIdentifier')) return null;
  const parts = argumentsIn(before.slice(open + 1));
  const part = parts.at(-1) ?? [];
  const isNamed = isSymbol(part[1], '=>', ':=');
  const [first] = parts;
  return {
    name: name.value.toLowerCase(),
    position: parts.length - 1,
    argument: isNamed && part.length === 2 ? (part[0]?.value.toLowerCase() ?? null) : null,
    isStart: part.length === 0,
    firstText: parts.length > 1 && first?.length === 1 ? stringValue(first[0]) : null,
    given: parts.flatMap((one) => (isSymbol(one[1], '=>', ':=') && one[0] !== undefined ? [one[0].value.toLowerCase()] : [])),
  };
}

/** Splits at the commas that stand in no further brackets. */
function argumentsIn(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const parts: Piece[][] = [[]];
  let depth = 0;
  for (const piece of pieces) {
    if (isSymbol(piece, '(', '[', '{')) depth++;
    else if (isSymbol(piece, ')', ']', '}')) depth--;
    if (depth === 0 && isSymbol(piece, ',')) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts;
}

/** DuckDB's error texts to RedQueryError: code by the text's first words, position from its `LINE n: …` and caret. */
import { type ErrorCode, RedQueryError } from '../../../errors.ts';
import { sourceOfFunction } from '../../../storage/tables/sources.ts';
import { missingTableHint, syntaxHint, unknownColumnText, withoutFarGuess } from './error-hints.ts';

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Parser Error/, 'RQ_SYNTAX'],
  [
    /^Binder Error: (Referenced column|Table ".*" does not have a column|Column ".*" (not found|does not exist))/,
    'RQ_UNKNOWN_COLUMN',
  ],
  [/^Binder Error: (Referenced table|Catalog ".*" does not exist)/, 'RQ_UNKNOWN_TABLE'],
  [/^Binder Error: Invalid named parameter/, 'RQ_UNKNOWN_ARGUMENT'],
  [/^Binder Error: No function matches the given name and argument types 'redis_/, 'RQ_ARGUMENT'],
  [/^Catalog Error: (Table|View|Schema)? ?with name/, 'RQ_UNKNOWN_TABLE'],
  [/^Catalog Error: .*Function with name/, 'RQ_UNKNOWN_FUNCTION'],
  [/^(Binder|Catalog|Dependency) Error/, 'RQ_BIND'],
  // Two statements of a session, each a transaction of its own, changed one view, table or row.
  [/^TransactionContext Error[^]*([Cc]onflict|altered|alter table)/, 'RQ_BUSY'],
  [/^Conversion Error/, 'RQ_DATA'],
  [/^Out of Range Error/, 'RQ_OUT_OF_RANGE'],
  [/^Out of Memory Error[^]*(max_temp_directory_size|offload)/, 'RQ_SPILL_LIMIT'],
  [/^Out of Memory Error/, 'RQ_OUT_OF_MEMORY'],
  [/^INTERRUPT Error/, 'RQ_CANCELLED'],
  [/^(IO|HTTP) Error/, 'RQ_FILE'],
  [/^(Not implemented|Missing Extension) Error/, 'RQ_UNSUPPORTED'],
  [/^(Permission|Invalid Configuration) Error/, 'RQ_UNSUPPORTED'],
  [/^(Invalid Input|Constraint|Invalid Type|Sequence|Mismatch Type) Error/, 'RQ_DATA'],
  [/^(INTERNAL|FATAL) Error|"exception_type":"(INTERNAL|FATAL)"/, 'RQ_INTERNAL'],
];

/**
 * Makes the error of a failed native call; `text` is the statement that was given to DuckDB.
 * @param offset where it is wrong, in UTF-16 units, where that is known better than by the text of the error.
 */
export function errorFromDuckDb(error: unknown, text: string, offset: number | null = null): RedQueryError {
  if (error instanceof RedQueryError) return error;
  const full = error instanceof Error ? error.message : String(error);
  const code =
    CODES.find(([pattern]) => pattern.test(full))?.[1] ?? (/^[A-Z][A-Za-z ]+ Error: /.test(full) ? 'RQ_DATA' : 'RQ_INTERNAL');
  const { message, position: shown } = splitExcerpt(full, text);
  const place = offset ?? shown;
  const words = worded(code, message);
  const meant = code === 'RQ_SYNTAX' ? syntaxHint(text, place ?? text.length) : null;
  const hint = meant?.hint ?? hintFor(message) ?? (code === 'RQ_UNKNOWN_TABLE' ? missingTableHint(words) : null);
  const position = place === null ? null : (meant?.position ?? place);
  return new RedQueryError(code, words, {
    cause: error,
    ...(hint === null ? {} : { hint }),
    ...(position === null ? {} : { position }),
  });
}

/** DuckDB compares no time of a declared unit with one that has a zone: not with now(), and not with a Date parameter. */
function hintFor(message: string): string | null {
  const types = /Cannot compare values of type (.+?) and type (.+?) - an explicit cast/.exec(message)?.slice(1) ?? [];
  const unit = types.find((type) => /^TIMESTAMP_(S|MS|NS)$/.test(type));
  if (unit === undefined || !types.includes('TIMESTAMP WITH TIME ZONE')) return null;
  return `Cast the ${unit} column: ts::TIMESTAMPTZ > now() - INTERVAL 1 HOUR. In a session in UTC such a comparison can still go down to an index.`;
}

/** Cuts `LINE n: excerpt` and caret off a message and finds the offset in `text` that the caret stands under. */
export function splitExcerpt(full: string, text: string): { message: string; position: number | null } {
  const match = /\n+LINE (\d+): (.*)\n( *)\^/.exec(full);
  if (match === null) return { message: full.trim(), position: null };
  const message = full.slice(0, match.index).trim();
  const [, lineNumber = '1', excerpt = '', padding = ''] = match;
  const lineIndex = Number(lineNumber) - 1;
  const lines = text.split('\n');
  const line = lines[lineIndex];
  if (line === undefined) return { message, position: null };
  const isCut = excerpt.startsWith('...');
  const shown = excerpt.replace(/^\.\.\./, '').replace(/\.\.\.$/, '');
  const found = line.indexOf(shown);
  if (found < 0) return { message, position: null };
  const cells = padding.length - `LINE ${lineNumber}: `.length - (isCut ? 3 : 0);
  const caret = unitsOfCells(shown, cells);
  const lineStart = lines.slice(0, lineIndex).reduce((sum, before) => sum + before.length + 1, 0);
  return { message, position: Math.max(0, Math.min(text.length, lineStart + found + caret)) };
}

/** Characters that take two cells of a terminal, as DuckDB counts them; a tab it counts as none. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** How many UTF-16 units of a text fill so many cells. */
function unitsOfCells(text: string, cells: number): number {
  let units = 0;
  let filled = 0;
  for (const character of text) {
    if (filled >= cells) break;
    filled += character === '\t' ? 0 : WIDE.test(character) ? 2 : 1;
    units += character.length;
  }
  return units + Math.max(0, cells - filled);
}

/** Forms of a function that an error shows. */
const MOST_CANDIDATES = 4;

/** A call of a table function with other positional arguments than it has. */
function invalidCall(message: string): string {
  const call = /'(redis_\w+\(.*?\))'/.exec(message)?.[1] ?? 'redis_hash(…)';
  const written = call.replace(/, _scan : INTEGER|_scan : INTEGER/g, '');
  const functionName = /^\w+/.exec(call)?.[0] ?? '';
  const wanted = sourceOfFunction(functionName)?.positional ?? ['pattern'];
  const example = wanted[0] === 'pattern' ? `, for example ${functionName}('user:*')` : '';
  const what = wanted.length === 0 ? 'it takes named arguments only' : `give ${wanted.join(' and ')} as text${example}`;
  return `${written} is not a valid call: ${what}`;
}

/** Says in our words what DuckDB's most frequent messages mean. */
function worded(code: ErrorCode, message: string): string {
  const plain = message.replace(/^[A-Za-z ]+ Error: /, '');
  if (code === 'RQ_UNKNOWN_COLUMN') {
    const match = /[Cc]olumn(?: named)? "(.+?)" not found[^]*?Candidate bindings: (.+)/.exec(plain);
    if (match !== null) return unknownColumnText(match[1] ?? '', match[2] ?? '');
  }
  if (code === 'RQ_UNKNOWN_TABLE') return withoutFarGuess(plain);
  if (code === 'RQ_BUSY') {
    const name = /(?:with|table) "(?:.*\\0)?(.*?)"/.exec(plain)?.[1];
    const what = name === undefined ? 'the same rows' : `"${name}"`;
    return `another statement of the session changed ${what} at the same time; run this one again`;
  }
  if (code === 'RQ_UNKNOWN_ARGUMENT') {
    const match = /named parameter "(.+?)" for function (\w+)\s+Candidates:\s+([^]+)/.exec(plain);
    if (match !== null) {
      const names = [...(match[3] ?? '').matchAll(/^\s*(\w+) /gm)].map((found) => found[1]).filter((name) => name !== '_scan');
      return `${match[2]} has no argument "${match[1]}"; valid are: ${names.join(', ')}`;
    }
  }
  if (code === 'RQ_ARGUMENT') return invalidCall(plain);
  const candidates = /^(No function matches[^]*?)\. You might need[^]*?Candidate functions:\s*([^]*)$/.exec(plain);
  if (candidates !== null) {
    const known = (candidates[2] ?? '').split('\n').map((line) => line.trim().replace(/ -> .*$/, ''));
    const shown = [...new Set(known)].slice(0, MOST_CANDIDATES).join(', ');
    return `${candidates[1]}; there are ${shown}${known.length > MOST_CANDIDATES ? ', …' : ''}`;
  }
  return plain.replaceAll(/\p{Cc}(?<![\n\r\t])/gu, ' ');
}

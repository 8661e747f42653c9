/** What would be valid, for an error of DuckDB: to who types Redis' commands, mistypes a word, or looks for keys as tables. */
import { nearestNames, quoteLiteral, redisCommandIn, type Token, tokensOf } from '../../../sql/index.ts';

const IS_SQL = 'this is SQL, not a command of Redis';
/** Words that follow others, for who mistypes one. */
const CLAUSES = ['from', 'where', 'group', 'order', 'having', 'limit', 'join'];
const VERBS = [
  'select',
  'from',
  'insert',
  'update',
  'delete',
  'create',
  'alter',
  'explain',
  'describe',
  'summarize',
  'show',
  'with',
];

/** A hint, and the place of the word that is wrong where that is another one. */
export interface SyntaxHint {
  readonly hint: string;
  readonly position: number;
}

/** Gives what was meant by a text that is no SQL from `position` on; null: not known. */
export function syntaxHint(text: string, position: number): SyntaxHint | null {
  const tokens = tokensIn(text);
  const at = tokens.findIndex(({ start }) => start >= position);
  const [first] = tokens;
  if (at === 0) {
    const hint = commandHint(text.slice(first?.start ?? 0));
    return hint === null ? mistyped(first, VERBS) : { hint, position };
  }
  // `SELECT * FORM x`: FORM is taken for a name of the column, and x is complained of.
  return mistyped(tokens[at], CLAUSES) ?? mistyped(tokens[at < 0 ? tokens.length - 1 : at - 1], CLAUSES);
}

function mistyped(token: Token | undefined, words: readonly string[]): SyntaxHint | null {
  if (token?.kind !== 'identifier' || token.value.length < 3 || words.includes(token.value)) return null;
  const [near] = nearestNames(token.value, words, 1);
  if (near === undefined || Math.abs(near.length - token.value.length) > 1) return null;
  return { hint: `did you mean ${near.toUpperCase()}?`, position: token.start };
}

function commandHint(text: string): string | null {
  const command = redisCommandIn(text);
  switch (command?.kind) {
    case 'read': {
      const { functionName, key } = command;
      const from = `SELECT * FROM ${functionName}(${quoteLiteral(key ?? 'user:*')})`;
      return `${IS_SQL}; ${key === null ? 'such keys are' : `the ${functionName.slice('redis_'.length)} ${key} is`}: ${from}`;
    }
    case 'find':
      return `${IS_SQL}; keys are listed by SELECT * FROM redis_keys(${quoteLiteral(command.pattern ?? 'user:*')})`;
    case 'search':
      return `${IS_SQL}; a search is: SELECT * FROM redis_search('index', 'query')`;
    case 'ask':
      return `${IS_SQL}; what the server says of itself is: SELECT * FROM redis_info()`;
    case 'change':
      return `${IS_SQL}, which reads keys and changes none`;
    case undefined:
      return null;
    default:
      return command satisfies never;
  }
}

function tokensIn(text: string): readonly Token[] {
  try {
    return tokensOf(text);
  } catch {
    return [];
  }
}

const MISSING_TABLE = /^Table with name (.+) does not exist!/;
const MEANT = /\n?Did you mean "([^"]*)"\?/;
const SYSTEM = /^(?:duckdb_|pg_|sqlite_|pragma_|information_schema|.*\.(?:pg|duckdb)_)/;

/** Leaves DuckDB's guess away where it is a table of its own, or nothing like the name. */
export function withoutFarGuess(message: string): string {
  const name = MISSING_TABLE.exec(message)?.[1];
  const guess = MEANT.exec(message)?.[1];
  if (name === undefined || guess === undefined) return message;
  const isNear = !SYSTEM.test(guess) && nearestNames(name, [guess, guess.replace(/^.*\./, '')]).length > 0;
  return isNear ? message : message.replace(MEANT, '');
}

/** Says how keys are read, where a table of that name was looked for. */
export function missingTableHint(message: string): string | null {
  const name = MISSING_TABLE.exec(message)?.[1];
  if (name === undefined || MEANT.test(message)) return null;
  const pattern = /[:*?[]/.test(name) ? name : `${name}:*`;
  return `keys are read by functions, hashes by FROM redis_hash(${quoteLiteral(pattern)})`;
}

/** `no column "nme"`, and those of DuckDB's candidates that are near. */
export function unknownColumnText(name: string, candidates: string): string {
  const names = [...candidates.matchAll(/"((?:[^"]|"")*)"/g)].map(([, written = '']) => written);
  // Of `u.name` only the column is looked at.
  const near = nearestNames(
    name,
    names.map((one) => one.replace(/^.*\./, '')),
    3,
  );
  const shown = names.filter((one) => near.includes(one.replace(/^.*\./, ''))).slice(0, 3);
  return `no column "${name}"${shown.length === 0 ? '' : `; nearest names: ${shown.map((one) => `"${one}"`).join(', ')}`}`;
}

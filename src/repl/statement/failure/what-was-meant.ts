/** Hints that only a terminal gives: to who types Redis' own commands, looks for keys as tables, or mistypes a word. */
import { errorFromData, RedQueryError } from '../../../errors.ts';
import { quoteLiteral, redisCommandIn, type Token, tokensOf } from '../../../sql/index.ts';
import { nearestNames } from '../../commands/nearest.ts';

/** Words that statements are made of, for who mistypes one. */
const WORDS = 'select from where group order having limit join left union values insert into update delete create table view'
  .concat(' drop alter explain describe summarize pivot unpivot copy with')
  .split(' ');

/** Gives the error with a hint, where one is known: before the engine's, which knows of no dot-commands. `text` is the statement, positions are those in it. */
export function withHint(error: unknown, text: string): unknown {
  if (!(error instanceof RedQueryError)) return error;
  if (error.code === 'RQ_UNKNOWN_TABLE') return unknownTable(error);
  const hint = error.code === 'RQ_SYNTAX' ? syntaxHint(error, text) : null;
  return hint === null ? error : changed(error, error.message, hint);
}

function changed({ code, position }: RedQueryError, message: string, hint: string): RedQueryError {
  return errorFromData({ code, message, hint, ...(position === undefined ? {} : { position }) });
}

function syntaxHint({ position }: RedQueryError, text: string): string | null {
  const tokens = tokensIn(text);
  if (tokens.length === 0) return null;
  const at = tokens.findIndex(({ start }) => start === position);
  return (at === 0 ? redisHint(text) : null) ?? mistypedHint(tokens, at);
}

function tokensIn(text: string): readonly Token[] {
  try {
    return tokensOf(text);
  } catch {
    return [];
  }
}

/** As the engine's own, with what only a terminal has. */
function redisHint(text: string): string | null {
  const command = redisCommandIn(text);
  const isSql = 'this is SQL, not the commands of Redis';
  switch (command?.kind) {
    case 'search':
      return `${isSql}: FROM redis_search('INDEX', 'QUERY'); .indexes lists the indexes`;
    case 'ask':
      return `${isSql}: .info tells of the server`;
    case 'change':
      return `${isSql}, and it changes no keys`;
    case 'find':
      return `${isSql}: .keys is a map of the keys, FROM redis_keys(${quoteLiteral(command.pattern ?? 'PATTERN')}) lists them`;
    case 'read':
      return `${isSql}: FROM ${command.functionName}(${quoteLiteral(command.key ?? 'PATTERN')})`;
    case undefined:
      return null;
    default:
      return command satisfies never;
  }
}

/** The word that is wrong is the one that is complained of, or the one before it. */
function mistypedHint(tokens: readonly Token[], at: number): string | null {
  for (const token of [tokens[at], tokens[at - 1]]) {
    if (token?.kind !== 'identifier' || token.value.length < 3 || WORDS.includes(token.value)) continue;
    const [near] = nearestNames(token.value, WORDS, 1);
    // What begins like a word may be anything: `sum`, `with_id`.
    if (near !== undefined && Math.abs(near.length - token.value.length) <= 1) return `did you mean ${near.toUpperCase()}?`;
  }
  return null;
}

/** DuckDB's own tables, which it takes for what was meant. */
const SYSTEM_TABLE = /\nDid you mean "(?:duckdb_|pg_|sqlite_|pragma_|information_schema)[^"]*"\?$/;
const MISSING = /^Table with name (.+) does not exist!/;

function unknownTable(error: RedQueryError): RedQueryError {
  const name = MISSING.exec(error.message)?.[1];
  if (name === undefined) return error;
  const pattern = /[:*?[]/.test(name) ? name : `${name}:*`;
  const call = `FROM redis_hash(${quoteLiteral(pattern)})`;
  const hint = `keys are read by functions, hashes by ${call}; .keys ${pattern} shows which keys there are, .tables the views`;
  return changed(error, error.message.replace(SYSTEM_TABLE, ''), hint);
}

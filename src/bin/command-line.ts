/** Which command a command line is for: `repl …`, `serve …`, `user …`, or a query, which has no word of its own. */
import { type QueryCommand, queryCommandFrom } from './query/arguments.ts';
import type { Environment } from './redis-arguments.ts';
import { type ReplCommand, replCommandFrom } from './repl/arguments.ts';
import { type ServeCommand, serveCommandFrom } from './serve/arguments.ts';
import { type UserCommand, userCommandFrom } from './user/arguments.ts';

export type Command = QueryCommand | ReplCommand | ServeCommand | UserCommand;

/** Reads the words behind `redquery`. Never throws: what cannot be read comes back as 'usage'. */
export function commandFrom(words: readonly string[], environment: Environment): Command {
  const [first, ...rest] = words;
  if (first === 'repl') return replCommandFrom(rest, environment);
  if (first === 'serve') return serveCommandFrom(rest, environment);
  if (first === 'user') return userCommandFrom(rest, environment);
  return queryCommandFrom(words, environment);
}

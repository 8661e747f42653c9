/** What a StartupMessage asks for: user, database, settings, `options` taken apart as PostgreSQL does. */
import { PgError } from '../pg-error.ts';

export interface StartupWishes {
  readonly user: string;
  readonly database: string;
  /** Lower case names. A setting of its own wins over the same one in `options`. */
  readonly settings: ReadonlyMap<string, string>;
  /** Names of protocol options (`_pq_.`), none of which is known here. */
  readonly protocolOptions: readonly string[];
}

const PROTOCOL_OPTION = '_pq_.';
const TRUE_WORDS = new Set(['true', 'on', 'yes', '1', 'database']);
const FALSE_WORDS = new Set(['false', 'off', 'no', '0']);

/**
 * Sorts the parameters of a startup message.
 * @throws {PgError} FATAL: 28000 without a user; 0A000 for replication; 22023, 42601 for what cannot be read.
 */
export function readWishes(parameters: ReadonlyMap<string, string>): StartupWishes {
  const user = parameters.get('user') ?? '';
  if (user === '') throw fatal('28000', 'no PostgreSQL user name specified in startup packet');
  const settings = new Map(optionSettings(parameters.get('options') ?? ''));
  const protocolOptions: string[] = [];
  for (const [name, value] of parameters) {
    if (name.startsWith(PROTOCOL_OPTION)) protocolOptions.push(name);
    else if (name === 'replication') refuseReplication(value);
    else if (name !== 'user' && name !== 'database' && name !== 'options') settings.set(name.toLowerCase(), value);
  }
  const database = parameters.get('database') ?? '';
  return { user, database: database === '' ? user : database, settings, protocolOptions };
}

function refuseReplication(value: string): void {
  const word = value.toLowerCase();
  if (FALSE_WORDS.has(word)) return;
  if (TRUE_WORDS.has(word)) throw fatal('0A000', 'replication connections are not supported');
  throw fatal('22023', `invalid value for parameter "replication": "${value}"`);
}

/** `-c name=value`, `-cname=value`, `--name=value`; the server's other switches mean nothing here. */
function optionSettings(options: string): [string, string][] {
  const settings: [string, string][] = [];
  const words = splitOptions(options);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    let assignment: string;
    if (word === '-c') {
      index += 1;
      assignment = words[index] ?? '';
    } else if (word.startsWith('-c') || word.startsWith('--')) {
      assignment = word.slice(2);
    } else {
      throw fatal('42601', `invalid command-line argument for server process: ${word}`);
    }
    settings.push(splitAssignment(word, assignment));
  }
  return settings;
}

function splitAssignment(word: string, assignment: string): [string, string] {
  const at = assignment.indexOf('=');
  const isLong = word.startsWith('--');
  if (at <= 0) throw fatal('42601', `${isLong ? '--' : '-c '}${assignment} requires a value`);
  // As on PostgreSQL's command line, where a name cannot hold an underscore.
  const name = assignment.slice(0, at).replaceAll('-', '_').toLowerCase();
  return [name, assignment.slice(at + 1)];
}

/** Splits at white space; a backslash takes the next character as it is (pg_split_opts). */
export function splitOptions(options: string): string[] {
  const words: string[] = [];
  for (const [match] of options.matchAll(/(?:\\[^]|[^\s\\]|\\$)+/gu)) {
    words.push(match.replace(/\\([^]?)/gu, '$1'));
  }
  return words;
}

function fatal(sqlState: string, message: string): PgError {
  return new PgError(sqlState, message, { severity: 'FATAL' });
}

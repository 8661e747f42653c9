/** The command line of `redquery user` as data. Reads no file, opens nothing; what is wrong is told in one sentence. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import {
  attachValues,
  type HelpCommand,
  millisecondsFrom,
  oneOf,
  orNull,
  orUsage,
  type UsageCommand,
  wholeNumberFrom,
} from '../option-words.ts';
import type { Environment } from '../redis-arguments.ts';

export const USER_ACTIONS = ['add', 'set', 'passwd', 'remove', 'list'] as const;

/** What `add` and `set` say of a user; undefined: nothing. Null lifts a limit. */
export interface UserLimits {
  readonly keys: readonly string[] | null | undefined;
  readonly servers: readonly string[] | null | undefined;
  readonly timeoutSeconds: number | null | undefined;
  readonly maxScanKeys: number | null | undefined;
  readonly maxConnections: number | null | undefined;
  readonly mayUseCertificate: boolean | undefined;
  readonly isReadOnly: boolean | undefined;
  /** Null: the server's own Redis user. */
  readonly redisUser: string | null | undefined;
}

/** Where a password comes from; null: asked for on a terminal, else the first line of standard input. */
export type PasswordFile = string | null;

export type UserAction =
  | {
      readonly action: 'add';
      readonly name: string;
      readonly limits: UserLimits;
      readonly hasPassword: boolean;
      readonly passwordFile: PasswordFile;
      readonly redisPasswordFile: PasswordFile;
    }
  | { readonly action: 'set'; readonly name: string; readonly limits: UserLimits; readonly redisPasswordFile: PasswordFile }
  | { readonly action: 'passwd'; readonly name: string; readonly hasPassword: boolean; readonly passwordFile: PasswordFile }
  | { readonly action: 'remove'; readonly name: string }
  | { readonly action: 'list' };

export interface UserFileCommand {
  readonly kind: 'user';
  readonly file: string;
  readonly work: UserAction;
}

export type UserCommand = UserFileCommand | HelpCommand | UsageCommand;

/** Where the file is when nobody says. */
const DEFAULT_FILE = 'redquery-users.json';
const ALL = '*';
const NONE = 'none';

const LIMIT_OPTIONS = {
  keys: { type: 'string', multiple: true },
  server: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  'max-scan-keys': { type: 'string' },
  'max-connections': { type: 'string' },
  certificate: { type: 'boolean' },
  'read-only': { type: 'boolean' },
  writable: { type: 'boolean' },
  'redis-user': { type: 'string' },
  'redis-password-file': { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

const PASSWORD_OPTIONS = {
  'password-file': { type: 'string' },
  'no-password': { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

const COMMON_OPTIONS = {
  users: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

const ALL_OPTIONS = { ...LIMIT_OPTIONS, ...PASSWORD_OPTIONS, ...COMMON_OPTIONS } as const satisfies ParseArgsOptionsConfig;

export const USER_OPTIONS_OF: Readonly<Record<(typeof USER_ACTIONS)[number], ParseArgsOptionsConfig>> = {
  add: ALL_OPTIONS,
  set: { ...LIMIT_OPTIONS, ...COMMON_OPTIONS },
  passwd: { ...PASSWORD_OPTIONS, ...COMMON_OPTIONS },
  remove: COMMON_OPTIONS,
  list: COMMON_OPTIONS,
};

/** Reads the words behind `redquery user`. Never throws. */
export function userCommandFrom(words: readonly string[], environment: Environment): UserCommand {
  return orUsage(() => readCommand(words, environment), 'user');
}

function readCommand(words: readonly string[], environment: Environment): UserCommand {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', topic: 'user' };
  const action = oneOf('redquery user', first, USER_ACTIONS);
  const args = attachValues(rest, ALL_OPTIONS);
  // With all options for their types; the action's own say which of them it takes.
  const { values, positionals } = parseArgs({ args, options: ALL_OPTIONS, allowPositionals: true });
  if (values.help === true) return { kind: 'help', topic: 'user' };
  parseArgs({ args, options: USER_OPTIONS_OF[action], allowPositionals: true });
  const file = orNull(values.users) ?? orNull(environment.REDQUERY_USERS) ?? DEFAULT_FILE;
  return { kind: 'user', file, work: workFrom(action, values, positionals) };
}

interface Values {
  readonly keys?: string[];
  readonly server?: string[];
  readonly timeout?: string;
  readonly 'max-scan-keys'?: string;
  readonly 'max-connections'?: string;
  readonly certificate?: boolean;
  readonly 'read-only'?: boolean;
  readonly writable?: boolean;
  readonly 'redis-user'?: string;
  readonly 'redis-password-file'?: string;
  readonly 'password-file'?: string;
  readonly 'no-password'?: boolean;
}

function workFrom(action: (typeof USER_ACTIONS)[number], values: Values, positionals: readonly string[]): UserAction {
  const [name, extra] = positionals;
  if (action === 'list') {
    if (name !== undefined) throw new Error(`redquery user list takes no name, but there is "${name}"`);
    return { action };
  }
  if (name === undefined) throw new Error(`redquery user ${action} needs a name`);
  // Somebody may have written the password there; it is not repeated.
  if (extra !== undefined) throw new Error('one name is enough; a password is asked for, or comes from --password-file');
  const password = { hasPassword: values['no-password'] !== true, passwordFile: orNull(values['password-file']) };
  if (!password.hasPassword && password.passwordFile !== null)
    throw new Error('--no-password and --password-file exclude each other');
  const redisPasswordFile = orNull(values['redis-password-file']);
  switch (action) {
    case 'add':
      return { action, name, limits: limitsFrom(values), ...password, redisPasswordFile };
    case 'set':
      return { action, name, limits: limitsFrom(values), redisPasswordFile };
    case 'passwd':
      return { action, name, ...password };
    case 'remove':
      return { action, name };
    default:
      return action satisfies never;
  }
}

function limitsFrom(values: Values): UserLimits {
  if (values['read-only'] === true && values.writable === true) throw new Error('--read-only and --writable exclude each other');
  const redisUser = values['redis-user'];
  if (redisUser === undefined && values['redis-password-file'] !== undefined)
    throw new Error('--redis-password-file needs --redis-user');
  return {
    keys: values.keys === undefined ? undefined : listFrom(values.keys),
    servers: values.server === undefined ? undefined : listFrom(values.server),
    timeoutSeconds: limitFrom(values.timeout, (word) => millisecondsFrom('--timeout', word) / 1000),
    maxScanKeys: limitFrom(values['max-scan-keys'], (word) =>
      wholeNumberFrom('--max-scan-keys', word, 1, Number.MAX_SAFE_INTEGER),
    ),
    maxConnections: limitFrom(values['max-connections'], (word) => wholeNumberFrom('--max-connections', word, 1, 10_000)),
    mayUseCertificate: values.certificate,
    isReadOnly: values.writable === true ? false : values['read-only'],
    redisUser: redisUser === NONE ? null : redisUser,
  };
}

function listFrom(words: readonly string[]): readonly string[] | null {
  if (words.includes('')) throw new Error('an empty pattern or name allows nothing; leave it out');
  if (words.includes(ALL)) return null;
  return words.includes(NONE) ? [] : words;
}

function limitFrom(word: string | undefined, read: (word: string) => number): number | null | undefined {
  if (word === undefined) return undefined;
  return word === NONE ? null : read(word);
}

/** The command line of `redquery serve` as data. Reads no file, opens nothing; what is wrong is told in one sentence. */
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
import { type Environment, REDIS_OPTIONS, type RedisArguments, redisArgumentsFrom } from '../redis-arguments.ts';

export const LOG_FORMATS = ['text', 'json', 'none'] as const;
export const LOGGED_STATEMENTS = ['none', 'slow', 'all'] as const;

export interface Address {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Null: as the server has it by default. */
export interface StartCommand extends RedisArguments {
  readonly kind: 'serve';
  readonly listen: Address | null;
  readonly usersFile: string | null;
  readonly viewsFile: string | null;
  readonly isDiscovering: boolean;
  readonly tls: {
    readonly certFile: string;
    readonly keyFile: string;
    readonly clientCaFile: string | null;
    readonly isRequired: boolean;
  } | null;
  readonly maxConnections: number | null;
  readonly admin: Address | null;
  readonly logFormat: (typeof LOG_FORMATS)[number] | null;
  readonly loggedStatements: (typeof LOGGED_STATEMENTS)[number] | null;
  readonly slowMs: number | null;
  readonly hasLiterals: boolean;
  readonly statementTimeoutMs: number | null;
  readonly drainTimeoutMs: number | null;
}

export type ServeCommand = StartCommand | HelpCommand | UsageCommand;

export const SERVE_OPTIONS = {
  listen: { type: 'string' },
  users: { type: 'string' },
  views: { type: 'string' },
  'no-discovery': { type: 'boolean' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-client-ca': { type: 'string' },
  'require-tls': { type: 'boolean' },
  'max-connections': { type: 'string' },
  admin: { type: 'string' },
  log: { type: 'string' },
  'log-statements': { type: 'string' },
  'log-slow': { type: 'string' },
  'log-literals': { type: 'boolean' },
  'statement-timeout': { type: 'string' },
  'drain-timeout': { type: 'string' },
  ...REDIS_OPTIONS,
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

const LOCAL_HOST = '127.0.0.1';
const MAX_PORT = 65_535;
const MAX_CONNECTIONS = 10_000;

/** Reads the words behind `redquery serve`. Never throws. */
export function serveCommandFrom(words: readonly string[], environment: Environment): ServeCommand {
  return orUsage(() => readCommand(words, environment), 'serve');
}

function readCommand(words: readonly string[], environment: Environment): ServeCommand {
  const { values, positionals } = parseArgs({
    args: attachValues(words, SERVE_OPTIONS),
    options: SERVE_OPTIONS,
    allowPositionals: true,
  });
  if (values.help === true) return { kind: 'help', topic: 'serve' };
  const given = <T>(word: string | undefined, read: (word: string) => T): T | null => (word === undefined ? null : read(word));
  return {
    kind: 'serve',
    ...redisArgumentsFrom(values, positionals, environment, 'redquery serve takes no SQL'),
    listen: given(values.listen, (word) => addressFrom('--listen', word)),
    usersFile: orNull(values.users) ?? orNull(environment.REDQUERY_USERS),
    viewsFile: orNull(values.views),
    isDiscovering: values['no-discovery'] !== true,
    tls: tlsFrom(values),
    maxConnections: given(values['max-connections'], (word) => wholeNumberFrom('--max-connections', word, 1, MAX_CONNECTIONS)),
    admin: given(values.admin, (word) => addressFrom('--admin', word)),
    logFormat: given(values.log, (word) => oneOf('--log', word, LOG_FORMATS)),
    loggedStatements: given(values['log-statements'], (word) => oneOf('--log-statements', word, LOGGED_STATEMENTS)),
    slowMs: given(values['log-slow'], (word) => millisecondsFrom('--log-slow', word)),
    hasLiterals: values['log-literals'] === true,
    statementTimeoutMs: given(values['statement-timeout'], (word) => millisecondsFrom('--statement-timeout', word)),
    drainTimeoutMs: given(values['drain-timeout'], drainFrom),
  };
}

interface TlsValues {
  readonly 'tls-cert'?: string;
  readonly 'tls-key'?: string;
  readonly 'tls-client-ca'?: string;
  readonly 'require-tls'?: boolean;
}

function tlsFrom(values: TlsValues): StartCommand['tls'] {
  const certFile = orNull(values['tls-cert']);
  const keyFile = orNull(values['tls-key']);
  const clientCaFile = orNull(values['tls-client-ca']);
  const isRequired = values['require-tls'] === true;
  if (certFile !== null && keyFile !== null) return { certFile, keyFile, clientCaFile, isRequired };
  if (certFile !== null || keyFile !== null) throw new Error('TLS needs both, --tls-cert and --tls-key');
  const alone = isRequired ? '--require-tls' : clientCaFile === null ? null : '--tls-client-ca';
  if (alone !== null) throw new Error(`${alone} needs --tls-cert and --tls-key`);
  return null;
}

/** Zero ends statements at once. */
function drainFrom(word: string): number {
  return /^0+(\.0*)?$/.test(word) ? 0 : millisecondsFrom('--drain-timeout', word);
}

/** `HOST:PORT`, `[::1]:PORT`; without a host, this machine alone. */
function addressFrom(option: string, word: string): Address {
  const [, bracketed, plain = '', port = ''] = /^(?:(?:\[([^[\]]+)\]|([^[\]:]*)):)?([0-9]+)$/.exec(word) ?? [];
  if (port === '')
    throw new Error(`${option} "${word}" is not understood; write HOST:PORT, such as 127.0.0.1:5433 or [::1]:5433`);
  const host = bracketed ?? plain;
  return { host: host === '' ? LOCAL_HOST : host, port: wholeNumberFrom(`${option}, the port`, port, 0, MAX_PORT) };
}

/** What `connect` takes, checked and filled with defaults. */
import { availableParallelism, totalmem } from 'node:os';
import { RedQueryError } from '../../errors.ts';
import {
  DEFAULT_SCAN_SETTINGS,
  type Endpoint,
  endpointFrom,
  type ScanSettings,
  SERVER_OPTION_NAMES,
  type ServerOptions,
  withScanSetting,
} from '../../storage/index.ts';
import type { SessionGuard } from './guard.ts';

/** How a BIGINT, HUGEINT or UBIGINT reaches JavaScript; what does not fit is RQ_OUT_OF_RANGE, never rounded. */
export type Integers = 'bigint' | 'number' | 'string';

export interface ConnectOptions extends ServerOptions {
  /** Further servers by the name that SQL gives them: `redis_hash('user:*', server => 'name')`. */
  readonly servers?: Readonly<Record<string, string | ServerOptions>>;
  /** Threads that decode replies, 1–16. Default: 1 below four cores, else 2. */
  readonly workers?: number;
  /** Most memory DuckDB may use, over all sessions with equal resource options. Default: 60 % of the machine's. */
  readonly memoryLimitMb?: number;
  /** Most bytes that sorts and joins may spill to the temporary directory. Default 10,240. */
  readonly spillLimitMb?: number;
  /** Refuses every statement that changes something: tables of the session, files. Views may be made. */
  readonly readOnly?: boolean;
  /** Default 'bigint'. */
  readonly integers?: Integers;
  /** A statement that runs longer ends with RQ_TIMEOUT. Default: no limit. */
  readonly statementTimeoutMs?: number;
  /** False asks Redis for every key of a pattern, whatever the statement: the answer is the same, only slower. Default true. */
  readonly pushDown?: boolean;
  /** What may be pushed down and what a scan may cost, as SET takes it: `{ max_block_ms: 50, on_full_scan: 'refuse' }`. */
  readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
  /** Does not contact Redis before the first scan; `connect` then succeeds without a server. */
  readonly isLazy?: boolean;
}

export interface QueryOptions {
  /** Aborting ends the statement with RQ_CANCELLED and stops its scans. */
  readonly signal?: AbortSignal;
  /** Ends the statement with RQ_TIMEOUT; wins over the session's `statementTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** What sessions must agree on to share threads. */
export interface ResourceOptions {
  readonly workers: number;
  readonly memoryLimitMb: number;
  readonly spillLimitMb: number;
  /** DuckDB without files and network. */
  readonly isSandboxed: boolean;
}

export interface SessionOptions {
  /** By name; 'default' is the session's own server. */
  readonly endpoints: ReadonlyMap<string, Endpoint>;
  readonly resources: ResourceOptions;
  readonly isReadOnly: boolean;
  readonly scanSettings: ScanSettings;
  readonly integers: Integers;
  readonly statementTimeoutMs: number | null;
  readonly isLazy: boolean;
  /** Null: the session may do what its options say. */
  readonly guard: SessionGuard | null;
}

const MEGABYTE = 1 << 20;
const KNOWN_INTEGERS: readonly Integers[] = ['bigint', 'number', 'string'];

/** @throws {RedQueryError} RQ_OPTION naming the option, its value and what is valid. */
export function checkQueryOptions(options: QueryOptions): void {
  if (typeof options !== 'object' || options === null)
    throw new RedQueryError('RQ_OPTION', 'the options of query() are an object');
  const unknown = Object.keys(options).find((name) => name !== 'signal' && name !== 'timeoutMs');
  if (unknown !== undefined)
    throw new RedQueryError('RQ_OPTION', `no option "${unknown}" of query(); valid are signal, timeoutMs`);
  wholeNumber('timeoutMs', options.timeoutMs, 1, 2 ** 31 - 1);
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal))
    throw new RedQueryError('RQ_OPTION', 'signal is no AbortSignal');
}

/** @throws {RedQueryError} RQ_OPTION naming the option, its value and what is valid. */
export function sessionOptionsFrom(input: string | ConnectOptions = {}, guard: SessionGuard | null = null): SessionOptions {
  if (typeof input !== 'string' && (typeof input !== 'object' || input === null)) {
    throw new RedQueryError('RQ_OPTION', 'connect() takes a URL or an object of options');
  }
  const options: ConnectOptions = typeof input === 'string' ? { url: input } : input;
  checkNames(options);
  const endpoints = new Map([['default', endpointFrom('default', options)]]);
  const mayUse = (name: string): boolean => guard?.servers?.includes(name) ?? true;
  for (const [name, server] of Object.entries(options.servers ?? {})) {
    if (name === 'default' || name === '')
      throw new RedQueryError('RQ_OPTION', `servers: the name "${name}" is taken; name a further server otherwise`);
    if (mayUse(name)) endpoints.set(name, endpointFrom(name, server));
  }
  const integers = options.integers ?? 'bigint';
  if (!KNOWN_INTEGERS.includes(integers))
    throw new RedQueryError('RQ_OPTION', `integers: "${String(integers)}"; valid are ${KNOWN_INTEGERS.join(', ')}`);
  return {
    endpoints,
    resources: {
      workers: wholeNumber('workers', options.workers, 1, 16) ?? (availableParallelism() < 4 ? 1 : 2),
      memoryLimitMb:
        wholeNumber('memoryLimitMb', options.memoryLimitMb, 64, 1 << 24) ?? Math.floor((totalmem() * 0.6) / MEGABYTE),
      spillLimitMb: wholeNumber('spillLimitMb', options.spillLimitMb, 0, 1 << 24) ?? 10_240,
      isSandboxed: guard?.isSandboxed ?? false,
    },
    isReadOnly: options.readOnly ?? false,
    scanSettings: withCeiling(scanSettingsFrom(options), guard?.maxScanKeys ?? null),
    integers,
    statementTimeoutMs: wholeNumber('statementTimeoutMs', options.statementTimeoutMs, 1, 2 ** 31 - 1),
    isLazy: options.isLazy ?? false,
    guard,
  };
}

const OPTION_NAMES: readonly string[] = [
  ...SERVER_OPTION_NAMES,
  ...[
    'servers',
    'workers',
    'memoryLimitMb',
    'spillLimitMb',
    'readOnly',
    'integers',
    'statementTimeoutMs',
    'pushDown',
    'settings',
    'isLazy',
  ],
];

function checkNames(options: ConnectOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name));
  if (unknown !== undefined) throw new RedQueryError('RQ_OPTION', `no option "${unknown}"; valid are ${OPTION_NAMES.join(', ')}`);
}

function scanSettingsFrom({ pushDown = true, settings = {} }: ConnectOptions): ScanSettings {
  const first: ScanSettings = pushDown ? DEFAULT_SCAN_SETTINGS : WITHOUT_PUSH_DOWN;
  return Object.entries(settings).reduce((all, [name, value]) => withScanSetting(all, name, value), first);
}

function withCeiling(settings: ScanSettings, maxScanKeys: number | null): ScanSettings {
  if (maxScanKeys === null) return settings;
  return { ...settings, maxScanKeys: Math.min(maxScanKeys, settings.maxScanKeys ?? maxScanKeys) };
}

const WITHOUT_PUSH_DOWN: ScanSettings = {
  ...DEFAULT_SCAN_SETTINGS,
  pushdownFilters: false,
  pushdownLimits: false,
  pushdownOrder: false,
  pushdownAggregates: false,
  useIndexes: false,
};

function wholeNumber(name: string, value: number | undefined, least: number, most: number): number | null {
  if (value === undefined) return null;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RedQueryError('RQ_OPTION', `${name}: ${String(value)}; valid are whole numbers from ${least} to ${most}`);
}

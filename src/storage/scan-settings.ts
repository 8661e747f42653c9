/**
 * The settings of a session that say what may be pushed down and what a scan may cost: `SET max_block_ms = 50`. Each part
 * can be turned off; the answer stays the same.
 */
import { RedQueryError } from '../errors.ts';

export interface ScanSettings {
  /** Filters go down to Redis: keys, ranges, indexes. */
  readonly pushdownFilters: boolean;
  /** LIMIT stops a scan early or is given to Redis. */
  readonly pushdownLimits: boolean;
  /** ORDER BY … LIMIT is answered by an index or by the order in which Redis keeps things. */
  readonly pushdownOrder: boolean;
  /** COUNT, SUM, … and GROUP BY are answered by Redis. */
  readonly pushdownAggregates: boolean;
  /** Search indexes are used. */
  readonly useIndexes: boolean;
  /** Longest time that one command may keep Redis from serving others, as estimated. */
  readonly maxBlockMs: number;
  /** A scan that walks over more keys is an error; null: no limit. */
  readonly maxScanKeys: number | null;
  readonly maxScanBytes: number | null;
  /** Keys a second at most, for each scan. */
  readonly scanRate: number | null;
  /** What becomes of a scan over the whole keyspace: nothing, a note, an error. */
  readonly onFullScan: 'allow' | 'warn' | 'refuse';
  /** Where reads go. */
  readonly readFrom: 'primary' | 'replica';
}

export const DEFAULT_SCAN_SETTINGS: ScanSettings = {
  pushdownFilters: true,
  pushdownLimits: true,
  pushdownOrder: true,
  pushdownAggregates: true,
  useIndexes: true,
  maxBlockMs: 100,
  maxScanKeys: null,
  maxScanBytes: null,
  scanRate: null,
  onFullScan: 'allow',
  readFrom: 'primary',
};

type SettingValue = string | number | boolean | null;

interface SettingSpec {
  readonly name: keyof ScanSettings;
  readonly valid: string;
  /** Gives the value as it is kept; undefined where it is not valid. */
  read(value: SettingValue): ScanSettings[keyof ScanSettings] | undefined;
}

const flag = (name: keyof ScanSettings): SettingSpec => ({ name, valid: 'true or false', read: booleanFrom });
const amount = (name: keyof ScanSettings): SettingSpec => ({
  name,
  valid: 'a whole number from 1, or NULL for no limit',
  read: (value) => (value === null ? null : wholeFrom(value, 1)),
});
const choice = (name: keyof ScanSettings, ...words: readonly string[]): SettingSpec => ({
  name,
  valid: words.map((word) => `'${word}'`).join(', '),
  // Each word is one of the setting's own type.
  read: (value) => words.find((word) => word === String(value).toLowerCase()) as ScanSettings['onFullScan'] | undefined,
});

const SETTINGS: ReadonlyMap<string, SettingSpec> = new Map([
  ['pushdown_filters', flag('pushdownFilters')],
  ['pushdown_limits', flag('pushdownLimits')],
  ['pushdown_order', flag('pushdownOrder')],
  ['pushdown_aggregates', flag('pushdownAggregates')],
  ['use_indexes', flag('useIndexes')],
  ['max_block_ms', { name: 'maxBlockMs', valid: 'a whole number from 0', read: (value) => wholeFrom(value, 0) }],
  ['max_scan_keys', amount('maxScanKeys')],
  ['max_scan_bytes', amount('maxScanBytes')],
  ['scan_rate', amount('scanRate')],
  ['on_full_scan', choice('onFullScan', 'allow', 'warn', 'refuse')],
  ['read_from', choice('readFrom', 'primary', 'replica')],
]);

/** The names by which SQL and `connect({ settings })` know them, in the order of the documents. */
export const SCAN_SETTING_NAMES: readonly string[] = [...SETTINGS.keys()];

/**
 * Gives the settings with one changed.
 * @throws {RedQueryError} RQ_OPTION: no such setting, or no such value.
 */
export function withScanSetting(settings: ScanSettings, name: string, value: SettingValue): ScanSettings {
  const spec = specOf(name);
  const read = spec.read(value);
  if (read === undefined) throw new RedQueryError('RQ_OPTION', `${name} = ${String(value)}; valid: ${spec.valid}`);
  return { ...settings, [spec.name]: read };
}

/**
 * Gives the settings with one as it was at first.
 * @throws {RedQueryError} RQ_OPTION: no such setting.
 */
export function withoutScanSetting(settings: ScanSettings, name: string, first: ScanSettings): ScanSettings {
  const spec = specOf(name);
  return { ...settings, [spec.name]: first[spec.name] };
}

const STRICTER: readonly ScanSettings['onFullScan'][] = ['allow', 'warn', 'refuse'];

/** Names the setting that lets `next` do more to a server than `first` does; null: none. */
export function loosenedSetting(first: ScanSettings, next: ScanSettings): string | null {
  const within = (value: number | null, most: number | null): boolean => most === null || (value !== null && value <= most);
  if (!within(next.maxBlockMs, first.maxBlockMs)) return 'max_block_ms';
  if (!within(next.maxScanKeys, first.maxScanKeys)) return 'max_scan_keys';
  if (!within(next.maxScanBytes, first.maxScanBytes)) return 'max_scan_bytes';
  if (!within(next.scanRate, first.scanRate)) return 'scan_rate';
  if (STRICTER.indexOf(next.onFullScan) < STRICTER.indexOf(first.onFullScan)) return 'on_full_scan';
  return first.readFrom === 'replica' && next.readFrom === 'primary' ? 'read_from' : null;
}

/** Gives a setting's value as SHOW prints it; null where there is no limit. */
export function scanSettingText(settings: ScanSettings, name: string): string | null {
  const value = settings[specOf(name).name];
  return value === null ? null : String(value);
}

function specOf(name: string): SettingSpec {
  const spec = SETTINGS.get(name.toLowerCase());
  if (spec === undefined) {
    throw new RedQueryError('RQ_OPTION', `no setting "${name}"; there are ${SCAN_SETTING_NAMES.join(', ')}`);
  }
  return spec;
}

function booleanFrom(value: SettingValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (word === 'true' || word === 'on' || word === '1') return true;
  return word === 'false' || word === 'off' || word === '0' ? false : undefined;
}

function wholeFrom(value: SettingValue, least: number): number | undefined {
  const number = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= least ? number : undefined;
}

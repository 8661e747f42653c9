/** The settings that there are: PostgreSQL's, and redquery's own that say what a scan may do and cost. */
import { DEFAULT_SCAN_SETTINGS, SCAN_SETTING_NAMES, scanSettingText, withScanSetting } from '../../../storage/index.ts';
import { PgError, pgErrorFrom } from '../../pg-error.ts';
import { SERVER_SETTING_LINES } from './server-setting-list.ts';
import { readBoolean, readChoice, readNumber, type SettingContext, type SettingSpec, showNumber } from './setting-kinds.ts';
import { asciiName, readClientEncoding, readTimeZone } from './special-settings.ts';
import { USER_SETTING_LINES } from './user-setting-list.ts';

/** What this server says it is: PGlite's PostgreSQL, which answers catalog queries. */
export const SERVER_VERSION = '18.6';

/** Told to the client when it connects and whenever one changes (protocol chapter 54.2.7). */
export const REPORTED_SETTINGS: readonly string[] = [
  'server_version',
  'server_encoding',
  'client_encoding',
  'application_name',
  'default_transaction_read_only',
  'in_hot_standby',
  'is_superuser',
  'session_authorization',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
  'integer_datetimes',
  'standard_conforming_strings',
  'scram_iterations',
  'search_path',
];

const CONTEXTS: Readonly<Record<string, SettingContext>> = {
  s: 'superuser',
  b: 'backend',
  i: 'internal',
  p: 'restart',
  h: 'reload',
};

const SPECIAL_READERS: ReadonlyMap<string, (text: string) => string> = new Map([
  ['TimeZone', readTimeZone],
  ['client_encoding', readClientEncoding],
  ['application_name', asciiName],
]);

const LISTS = new Map<string, true | 'quoted'>([
  ['DateStyle', true],
  ['search_path', 'quoted'],
  ['temp_tablespaces', 'quoted'],
  ['createrole_self_grant', true],
  ['restrict_nonsystem_relation_kind', true],
]);

let specs: ReadonlyMap<string, SettingSpec> | null = null;

/** Gives all settings by their names in lower case. */
export function settingSpecs(): ReadonlyMap<string, SettingSpec> {
  if (specs === null) {
    const all: SettingSpec[] = [
      ...lines(USER_SETTING_LINES).map(userSpec),
      ...lines(SERVER_SETTING_LINES).map(serverSpec),
      ...ownSpecs(),
    ];
    specs = new Map(all.map((spec) => [spec.name.toLowerCase(), spec]));
  }
  return specs;
}

function lines(text: string): string[] {
  return text.trim().split('\n');
}

function userSpec(line: string): SettingSpec {
  const [name = '', kind = '', unit = '', range = '', initial = ''] = line.split('|');
  const list = LISTS.get(name);
  const common = { name, context: 'user' as const, initial, ...(list === undefined ? {} : { list }) };
  const special = SPECIAL_READERS.get(name);
  if (special !== undefined) return { ...common, read: special };
  if (kind === 'b') return { ...common, read: (text) => readBoolean(name, text) };
  if (kind === 'e') {
    const choices = range.split(',');
    return { ...common, read: (text) => readChoice(name, text, choices) };
  }
  if (kind === 's') return { ...common, read: (text) => text };
  const [min = '0', max = '0'] = range.split('..');
  const numbers = { isWhole: kind === 'i', unit, min: Number(min), max: Number(max) };
  return { ...common, read: (text) => showNumber(readNumber(name, text, numbers), numbers) };
}

function serverSpec(line: string): SettingSpec {
  const [name = '', who = '', ...value] = line.split('|');
  return { name, context: CONTEXTS[who] ?? 'internal', initial: value.join('|'), read: (text) => text };
}

/** What pg_settings has no line for, and redquery's own. */
function ownSpecs(): SettingSpec[] {
  const plain = (name: string, initial: string, context: SettingContext): SettingSpec => ({
    name,
    context,
    initial,
    read: (text) => text,
  });
  return [
    plain('server_version', SERVER_VERSION, 'internal'),
    plain('server_version_num', String(versionNumber()), 'internal'),
    plain('is_superuser', 'off', 'internal'),
    plain('session_authorization', '', 'user'),
    plain('role', 'none', 'user'),
    plain('lc_collate', 'C.UTF-8', 'internal'),
    plain('lc_ctype', 'C.UTF-8', 'internal'),
    seedSpec(),
    ...SCAN_SETTING_NAMES.map(scanSpec),
  ];
}

function versionNumber(): number {
  const [major = 0, minor = 0] = SERVER_VERSION.split('.').map(Number);
  return major * 10_000 + minor;
}

function seedSpec(): SettingSpec {
  const numbers = { isWhole: false, unit: '', min: -1, max: 1 };
  const read = (text: string): string => {
    readNumber('seed', text, numbers);
    return 'unavailable';
  };
  return { name: 'seed', context: 'user', initial: 'unavailable', read };
}

/** '' stands for no limit. */
function scanSpec(name: string): SettingSpec {
  const initial = scanSettingText(DEFAULT_SCAN_SETTINGS, name) ?? '';
  const read = (text: string): string => {
    const word = text.trim().toLowerCase();
    const isNone = word === '' || word === 'null' || word === 'none' || word === 'unlimited';
    try {
      return scanSettingText(withScanSetting(DEFAULT_SCAN_SETTINGS, name, isNone ? null : word), name) ?? '';
    } catch (error) {
      const { message } = pgErrorFrom(error);
      throw new PgError('22023', `invalid value for parameter "${name}": "${text}"`, { detail: message, cause: error });
    }
  };
  return { name, context: 'user', initial, read };
}

/**
 * The settings of one session: values with what RESET brings back, what a transaction's end takes back, and what the client
 * must be told of. Knows no statements; the commands are in set-commands.ts.
 */
import {
  DEFAULT_SCAN_SETTINGS,
  loosenedSetting,
  SCAN_SETTING_NAMES,
  type ScanSettings,
  scanSettingText,
  withScanSetting,
} from '../../../storage/index.ts';
import { PgError } from '../../pg-error.ts';
import { invalidValue, readNumber, type SettingSpec, showNumber } from './setting-kinds.ts';
import { REPORTED_SETTINGS, settingSpecs } from './setting-list.ts';
import { readDateStyle } from './special-settings.ts';

/** Values as they were; taken by `mark`, given back by `restore`. */
export interface SettingsMark {
  readonly session: Map<string, string>;
  readonly local: Map<string, string>;
}

export interface SettingsOptions {
  readonly userName: string;
  /** Values of this server or this connection that differ from PostgreSQL's: max_connections, ssl. */
  readonly serverValues: ReadonlyMap<string, string>;
  /** What the user's statements may take at most, whatever is set; null: no limit. */
  readonly statementTimeoutMs?: number | null;
  /** Keys that one scan of the user may walk over; null: no limit. */
  readonly maxScanKeys?: number | null;
}

const CUSTOM_NAME = /^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*(?:\.[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)+$/;
/** They belong to a transaction: they end with it, and DISCARD and RESET ALL leave them. */
const OF_TRANSACTION = ['transaction_isolation', 'transaction_read_only', 'transaction_deferrable'];
/** Characters of all names and values of a session, with what each takes besides. */
const MOST_SETTINGS_SIZE = 2 ** 20;
const SETTING_OVERHEAD = 1024;
const MILLISECONDS = { isWhole: true, unit: 'ms', min: 0, max: 2 ** 31 - 1 };

export class Settings {
  readonly #options: SettingsOptions;
  /** What a scan may do to Redis where nothing is set; SET makes it stricter. */
  readonly #firstScan: ScanSettings;
  /** What RESET brings: the startup message's values. */
  readonly #startup = new Map<string, string>();
  #session: Map<string, string> = new Map();
  /** SET LOCAL: until the transaction's end. */
  #local: Map<string, string> = new Map();
  readonly #reported = new Map<string, string>();
  #isReportDue = true;
  /** The maps belong to a mark, too. */
  #isMarked = false;
  #changed: ReadonlyMap<string, string> | null = null;
  readonly #milliseconds = new Map<string, number>();

  constructor(options: SettingsOptions) {
    this.#options = options;
    this.#firstScan = { ...DEFAULT_SCAN_SETTINGS, maxScanKeys: options.maxScanKeys ?? null };
  }

  /**
   * Takes the settings of the startup message; RESET comes back to them.
   * @throws {PgError} 42704, 22023, 55P02, as SET does.
   */
  start(values: ReadonlyMap<string, string>): void {
    for (const [name, value] of values) {
      const key = this.#changeable(name, true);
      this.#startup.set(key, this.#read(key, value));
      this.#forget();
    }
  }

  /** Gives a setting as SHOW does; null where there is none. `name`: in any case. */
  get(name: string): string | null {
    const key = name.toLowerCase();
    const value = this.#local.get(key) ?? this.#session.get(key) ?? this.#initial(key);
    return key === 'statement_timeout' && value !== null ? this.#limited(value) : value;
  }

  /** The limit that holds: a user's own is neither raised nor taken away. */
  #limited(timeout: string): string {
    const ownMs = this.#options.statementTimeoutMs ?? 0;
    if (ownMs === 0) return timeout;
    const setMs = readNumber('statement_timeout', timeout, MILLISECONDS);
    return setMs === 0 || setMs > ownMs ? showNumber(ownMs, MILLISECONDS) : timeout;
  }

  /** Gives a time-out; 0 is none. */
  milliseconds(name: string): number {
    let value = this.#milliseconds.get(name);
    if (value === undefined) {
      value = readNumber(name, this.get(name) ?? '0', MILLISECONDS);
      this.#milliseconds.set(name, value);
    }
    return value;
  }

  /** Gives the name as PostgreSQL writes it. @throws {PgError} 42704 */
  nameOf(name: string): string {
    const key = name.toLowerCase();
    const spec = settingSpecs().get(key);
    if (spec !== undefined) return spec.name;
    if (this.get(key) === null) throw unrecognized(name);
    return name;
  }

  /**
   * Changes a setting; gives its new value as SHOW does.
   * @param value null: what RESET brings.
   * @throws {PgError} 42704, 42602, 22023, 42501, 55P02.
   */
  set(name: string, value: string | null, isLocal: boolean): string {
    const key = this.#changeable(name, false);
    const text = value === null ? (this.#initial(key) ?? '') : this.#read(key, value);
    const isOfTransaction = OF_TRANSACTION.includes(key);
    this.#unshare();
    if (isLocal || isOfTransaction) this.#local.set(key, text);
    else {
      this.#local.delete(key);
      this.#session.set(key, text);
    }
    this.#forget();
    return this.get(key) ?? text;
  }

  /** RESET ALL. */
  resetAll(): void {
    // A custom setting stays known, empty, as PostgreSQL keeps its placeholder.
    const custom = [...this.#session.keys(), ...this.#local.keys()].filter((key) => !settingSpecs().has(key));
    this.#local = new Map([...this.#local].filter(([key]) => OF_TRANSACTION.includes(key)));
    this.#session = new Map(custom.map((key) => [key, '']));
    this.#isMarked = false;
    this.#forget();
  }

  /** Lists all settings with their values, in the order of their names. */
  all(): readonly (readonly [name: string, value: string])[] {
    const custom = [...this.#session.keys(), ...this.#local.keys()].filter((key) => !settingSpecs().has(key));
    const names = [...[...settingSpecs().values()].map(({ name }) => name), ...new Set(custom)];
    return names
      .filter((name) => !['seed', 'is_superuser', 'session_authorization', 'role'].includes(name))
      .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
      .map((name) => [name, this.get(name) ?? '']);
  }

  /** The settings that differ from the server's defaults; names in lower case. */
  get changed(): ReadonlyMap<string, string> {
    if (this.#changed === null) {
      const changed = new Map<string, string>();
      for (const key of new Set([...this.#startup.keys(), ...this.#session.keys(), ...this.#local.keys()])) {
        const value = this.get(key) ?? '';
        if (value !== this.#default(key)) changed.set(key, value);
      }
      this.#changed = changed;
    }
    return this.#changed;
  }

  /** Notes the values as they are now. Costs nothing: the maps are copied when the next value is set. */
  mark(): SettingsMark {
    this.#isMarked = true;
    return { session: this.#session, local: this.#local };
  }

  restore({ session, local }: SettingsMark): void {
    if (this.#session === session && this.#local === local) return;
    this.#session = session;
    this.#local = local;
    this.#isMarked = true;
    this.#forget();
  }

  #unshare(): void {
    if (!this.#isMarked) return;
    this.#isMarked = false;
    this.#session = new Map(this.#session);
    this.#local = new Map(this.#local);
  }

  /** The transaction ends well: SET stays, SET LOCAL does not. */
  commit(): void {
    if (this.#local.size === 0) return;
    this.#unshare();
    // What was local and custom stays known, empty.
    for (const key of this.#local.keys()) if (!settingSpecs().has(key) && !this.#session.has(key)) this.#session.set(key, '');
    this.#local = new Map();
    this.#forget();
  }

  /** Lists what the client must be told, once: reported settings that are not what they were when it was last told. */
  takeReport(): readonly (readonly [name: string, value: string])[] {
    if (!this.#isReportDue) return [];
    this.#isReportDue = false;
    const due: [string, string][] = [];
    for (const name of REPORTED_SETTINGS) {
      const value = this.get(name) ?? '';
      if (this.#reported.get(name) === value) continue;
      this.#reported.set(name, value);
      due.push([name, value]);
    }
    return due;
  }

  #forget(): void {
    this.#changed = null;
    this.#isReportDue = true;
    this.#milliseconds.clear();
  }

  #default(key: string): string | null {
    if (key === 'session_authorization') return this.#options.userName;
    if (isScanSetting(key)) return scanSettingText(this.#firstScan, key) ?? '';
    const value = this.#options.serverValues.get(key) ?? settingSpecs().get(key)?.initial ?? null;
    return key === 'statement_timeout' && value !== null ? this.#limited(value) : value;
  }

  #initial(key: string): string | null {
    const started = this.#startup.get(key);
    if (started !== undefined) return started;
    if (OF_TRANSACTION.includes(key)) return this.get(`default_${key}`);
    return this.#default(key);
  }

  /** Gives the key of a setting that the user may change. */
  #changeable(name: string, isStartup: boolean): string {
    const key = name.toLowerCase();
    const spec = settingSpecs().get(key);
    if (spec === undefined) return customKey(name);
    checkContext(spec, isStartup);
    return key;
  }

  #read(key: string, value: string): string {
    if (key === 'datestyle') return readDateStyle(value, this.get(key) ?? '');
    if (key === 'session_authorization' && value !== this.#options.userName) {
      throw new PgError('22023', `role "${value}" does not exist`);
    }
    if (key === 'role' && value !== 'none' && value !== this.#options.userName) {
      throw new PgError('22023', `role "${value}" does not exist`);
    }
    if (key === 'standard_conforming_strings' && settingSpecs().get(key)?.read(value) === 'off') {
      throw invalidValue('standard_conforming_strings', value, { detail: 'This server reads strings as the standard does.' });
    }
    const text = settingSpecs().get(key)?.read(value) ?? value;
    if (isScanSetting(key)) this.#checkScan(key, text);
    this.#checkRoom(key, text);
    return text;
  }

  /** @throws {PgError} 42501 for what lets the user's scans do more than they may */
  #checkScan(key: string, text: string): void {
    const next = withScanSetting(this.#firstScan, key, text === '' ? null : text);
    if (loosenedSetting(this.#firstScan, next) === null) return;
    throw new PgError('42501', `permission denied to set parameter "${key}" to "${text}"`, {
      detail: `It is ${scanSettingText(this.#firstScan, key)} for you; it may be set to what is stricter.`,
    });
  }

  /** @throws {PgError} 53200 where the values of the session would take too much */
  #checkRoom(key: string, text: string): void {
    const others = [...this.#session, ...this.#local].filter(([name]) => name !== key);
    const size = others.reduce((sum, [name, value]) => sum + sizeOf(name, value), 0);
    if (size + sizeOf(key, text) <= MOST_SETTINGS_SIZE) return;
    throw new PgError('53200', 'out of memory for settings', {
      detail: `The settings of a session may take ${MOST_SETTINGS_SIZE / 2 ** 20} MB.`,
      hint: 'RESET ALL empties them.',
    });
  }
}

/** A name that RESET ALL left empty takes little. */
function sizeOf(name: string, value: string): number {
  return name.length + value.length + (value === '' ? 64 : SETTING_OVERHEAD);
}

function isScanSetting(key: string): boolean {
  return SCAN_SETTING_NAMES.includes(key);
}

function checkContext({ name, context }: SettingSpec, isStartup: boolean): void {
  if (context === 'user') return;
  if (context === 'superuser') throw new PgError('42501', `permission denied to set parameter "${name}"`);
  const when: Record<Exclude<typeof context, 'user' | 'superuser'>, string> = {
    internal: '',
    restart: ' without restarting the server',
    reload: ' now',
    backend: isStartup ? ' here' : ' after connection start',
  };
  throw new PgError('55P02', `parameter "${name}" cannot be ${context === 'backend' ? 'set' : 'changed'}${when[context]}`);
}

function customKey(name: string): string {
  if (!name.includes('.')) throw unrecognized(name);
  if (!CUSTOM_NAME.test(name)) {
    throw new PgError('42602', `invalid configuration parameter name "${name}"`, {
      detail: 'Custom parameter names must be two or more simple identifiers separated by dots.',
    });
  }
  return name.toLowerCase();
}

export function unrecognized(name: string): PgError {
  return new PgError('42704', `unrecognized configuration parameter "${name}"`);
}

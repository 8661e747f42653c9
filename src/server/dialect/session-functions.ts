/** The functions of a session that need no catalog: who, where, when, which setting. */
import { PgError } from '../pg-error.ts';
import type { SessionFacts } from '../words.ts';
import { type Instant, TYPES } from './values.ts';

type Answer = (args: readonly Instant[], facts: SessionFacts) => Instant | null;

const text = (value: string | null): Instant => ({ typeOid: TYPES.text.oid, value });
const name = (value: string | null): Instant => ({ typeOid: TYPES.name.oid, value });

const FUNCTIONS: Readonly<Record<string, Answer>> = {
  version: (_, facts) => {
    const version = facts.setting('server_version');
    return version === null ? null : text(`PostgreSQL ${version} (redquery)`);
  },
  current_user: (_, facts) => name(facts.user.name),
  session_user: (_, facts) => name(facts.user.name),
  user: (_, facts) => name(facts.user.name),
  current_role: (_, facts) => name(facts.user.name),
  current_database: (_, facts) => name(facts.database),
  current_catalog: (_, facts) => name(facts.database),
  current_schema: (_, facts) => name(searchPath(facts).find((schema) => SCHEMAS.has(schema)) ?? null),
  current_schemas: ([withImplicit], facts) => schemas(withImplicit?.value === 't', facts),
  pg_backend_pid: (_, facts) => ({ typeOid: TYPES.int4.oid, value: String(facts.processId) }),
  pg_is_in_recovery: () => ({ typeOid: TYPES.bool.oid, value: 'f' }),
  current_setting: currentSetting,
  set_config: setConfig,
  now: moment,
  transaction_timestamp: moment,
  current_timestamp: moment,
  inet_server_addr: () => ({ typeOid: TYPES.inet.oid, value: null }),
  inet_client_addr: () => ({ typeOid: TYPES.inet.oid, value: null }),
  inet_server_port: () => ({ typeOid: TYPES.int4.oid, value: null }),
  inet_client_port: () => ({ typeOid: TYPES.int4.oid, value: null }),
};

/** Number of arguments, where it is not none. */
const COUNTS: Readonly<Record<string, readonly number[]>> = { current_schemas: [1], current_setting: [1, 2], set_config: [3] };

/** Answers a call; null where the function is not one of these. @throws {PgError} 42704 as current_setting does. */
export function sessionFunction(functionName: string, args: readonly Instant[], facts: SessionFacts): Instant | null {
  const answer = Object.hasOwn(FUNCTIONS, functionName) ? FUNCTIONS[functionName] : undefined;
  return answer !== undefined && (COUNTS[functionName] ?? [0]).includes(args.length) ? answer(args, facts) : null;
}

const SCHEMAS = new Set(['public', 'pg_catalog', 'information_schema']);

/** Gives the schemas of search_path in order, as they are written there: `"$user"` by the user's name. */
export function searchPath(facts: SessionFacts): string[] {
  const setting = facts.setting('search_path') ?? '"$user", public';
  return [...setting.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain]) => {
    const schema = quoted === undefined ? (plain ?? '').toLowerCase() : quoted.replaceAll('""', '"');
    return schema === '$user' ? facts.user.name : schema;
  });
}

function schemas(withImplicit: boolean, facts: SessionFacts): Instant {
  const path = searchPath(facts).filter((schema) => SCHEMAS.has(schema));
  const all = withImplicit && !path.includes('pg_catalog') ? ['pg_catalog', ...path] : path;
  return { typeOid: TYPES.nameArray.oid, value: `{${all.join(',')}}` };
}

/** A setting that the session does not know may be one of PostgreSQL's: the catalog knows. */
function currentSetting([setting]: readonly Instant[], facts: SessionFacts): Instant | null {
  if (setting?.value == null) return text(null);
  const value = facts.setting(setting.value.toLowerCase());
  return value === null ? null : text(value);
}

function setConfig([setting, value, isLocal]: readonly Instant[]): Instant | null {
  if (setting === undefined || isLocal === undefined) return null;
  if (setting.value === null) throw new PgError('22004', 'SET requires parameter name');
  // A NULL value means the default, which only RESET says.
  if (value?.value == null || isLocal.typeOid !== TYPES.bool.oid) return null;
  const change = { name: setting.value.toLowerCase(), value: value.value, isLocal: isLocal.value === 't' };
  return { ...text(value.value), setting: change };
}

/** The start of the transaction in the session's time zone; other styles than ISO are for the catalog to print. */
function moment(_: readonly Instant[], facts: SessionFacts): Instant | null {
  if (!/^ISO/i.test(facts.setting('datestyle') ?? 'ISO')) return null;
  const local = localTime(facts.transactionStartMs, facts.setting('timezone') ?? 'UTC');
  return local === null ? null : { typeOid: TYPES.timestamptz.oid, value: local };
}

/** `2026-11-21 19:48:06.123+01`; null where the zone has no name that ICU knows. */
function localTime(milliseconds: number, timeZone: string): string | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'longOffset',
    }).formatToParts(milliseconds);
    const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
    const offset = /([+-]\d\d)(?::(\d\d))?$/.exec(part('timeZoneName'));
    const minutes = offset?.[2] === undefined || offset[2] === '00' ? '' : `:${offset[2]}`;
    const fraction = String(Math.trunc(milliseconds) % 1000)
      .padStart(3, '0')
      .replace(/0+$/, '');
    const time = `${part('hour')}:${part('minute')}:${part('second')}${fraction === '' ? '' : `.${fraction}`}`;
    return `${part('year')}-${part('month')}-${part('day')} ${time}${offset?.[1] ?? '+00'}${minutes}`;
  } catch {
    return null;
  }
}

/**
 * One statement of one session as a batch for a catalog process: what brings the mirror up to date, then a transaction that
 * is always rolled back, in which the session's tables, settings and role hold for this statement alone.
 */
import { PgError } from '../pg-error.ts';
import type { Activity, CatalogTable, Run } from '../words.ts';
import {
  createRoleStatement,
  createStatement,
  dropStatement,
  hideRolesStatement,
  hideStatement,
  type MirrorState,
  nameOf,
  quoteName,
  quoteText,
  roleOf,
  showDependences,
} from './mirror.ts';
import type { Difference, Mirror } from './mirror-plan.ts';
import { type Answer, BatchWriter, readAnswers } from './process/frontend.ts';
import type { Batch } from './process/lanes.ts';
import { FALLBACK_ROLE } from './process/overrides.ts';

export interface BatchOptions {
  readonly mirror: Mirror;
  readonly run: Run;
  /** The client's statement: what is slow is remembered by it. */
  readonly text: string;
  readonly difference: Difference;
  /** The sessions there are; asked only where the statement looks at them. */
  readonly activities: () => readonly Activity[];
  /** Writes what is asked for: one ReadyForQuery. */
  readonly write: (writer: BatchWriter) => void;
}

/** A table takes 2 ms to mirror, and ten times that on a busy machine. */
const STEP_MS = 20;

/** Never given to the catalog: who runs and how, and what bounds it. */
const KEPT_BACK =
  /^(role|session_authorization|is_superuser|client_encoding|transaction_.*|default_transaction_.*|redquery\..*|work_mem|hash_mem_multiplier|maintenance_work_mem|temp_.*|max_stack_depth|statement_timeout|lock_timeout|idle_.*|transaction_timeout)$/;
/** What changes an answer's text or a name's meaning; the other settings matter only to who asks for them. */
const STYLE =
  /^(search_path|timezone|datestyle|intervalstyle|extra_float_digits|bytea_output|application_name|array_nulls|backslash_quote|quote_all_identifiers|standard_conforming_strings|xml.*|lc_.*)$/;
/** Made with its tables and gone with them: no catalog query ever sees it. */
const SHADOW_SCHEMA = 'create schema shadow; grant usage on schema shadow to public';
const KEPT_ROLES: ReadonlySet<string> = new Set([FALLBACK_ROLE]);
const ASKS_FOR_SETTINGS = /current_setting|pg_settings|pg_show_all_settings|^\W*(show|explain)\b/i;
const ASKS_FOR_SESSIONS = /pg_stat_(activity|ssl|gssapi)|pg_cancel_backend|pg_terminate_backend/i;
const ASKS_FOR_DEPENDENCES = /pg_depend/i;
const ASKS_WHO = /pg_backend_pid|inet_(client|server)_/i;

export function sessionBatch({ mirror, run, text, difference, activities, write }: BatchOptions): Batch<Answer> {
  const role = roleOf(run.session.user.name);
  let mirrored = 0;
  let commit: (answers: readonly Answer[]) => void = () => undefined;
  return {
    text,
    owner: run.session.user.name,
    signal: run.signal,
    build(state) {
      const writer = new BatchWriter();
      const needsRole = !state.roles.has(role);
      const steps = mirror.stepsFor(state);
      const { version } = mirror;
      if (needsRole) writer.query(createRoleStatement(role, mirror.ids));
      for (const step of steps) writer.query(step.statement);
      mirrored = steps.length + (needsRole ? 1 : 0);
      commit = (answers) => {
        state.roles.add(role);
        mirror.commit(state, steps, answers.slice(needsRole ? 1 : 0));
        state.version = version;
      };
      writer.query(prelude(role, text, difference, { mirror, run, state, activities }));
      write(writer);
      writer.query('rollback');
      return { bytes: writer.take(), allowanceMs: steps.length * STEP_MS };
    },
    finish(bytes) {
      const answers = readAnswers(bytes);
      commit(answers);
      const [before, answer, after] = answers.slice(mirrored);
      if (before?.error)
        throw new PgError('58000', `the catalog refuses the session: ${before.error.message}`, { cause: before.error });
      if (answer === undefined || after === undefined) throw new PgError('58000', 'the catalog did not answer');
      return answer;
    },
  };
}

function prelude(
  role: string,
  text: string,
  { hidden, extra, replaced }: Difference,
  { mirror, run, state, activities }: Pick<BatchOptions, 'mirror' | 'run' | 'activities'> & { readonly state: MirrorState },
): string {
  const settings = settingsOf(run, text, activities);
  const statements = [
    'begin',
    hideStatement(hidden, mirror.ids),
    ...(ASKS_FOR_DEPENDENCES.test(text) ? showDependences(hidden, mirror.ids) : []),
    // Who has limits is not told who else there is.
    run.session.user.keyPatterns === null
      ? ''
      : hideRolesStatement([...state.roles].filter((one) => !KEPT_ROLES.has(one) && one !== role)),
    ...replaced.map((table) => dropStatement(nameOf(table), table.kind)),
    extra.some(({ schema }) => schema === 'shadow') ? SHADOW_SCHEMA : '',
    ...extra.map((table: CatalogTable) => createStatement(table, mirror.ids, state)),
    settings.length === 0 ? '' : `select pg_catalog.redquery_apply(${quoteText(JSON.stringify(Object.fromEntries(settings)))})`,
    `set local session authorization ${quoteName(role)}`,
    'set transaction read only',
  ];
  return statements.filter((statement) => statement !== '').join('; ');
}

function settingsOf(run: Run, text: string, activities: () => readonly Activity[]): readonly (readonly [string, string])[] {
  const wantsAll = ASKS_FOR_SETTINGS.test(text);
  const settings = [...run.session.changedSettings].filter(([name]) => !KEPT_BACK.test(name) && (wantsAll || STYLE.test(name)));
  const asksForSessions = ASKS_FOR_SESSIONS.test(text);
  if (!asksForSessions && !ASKS_WHO.test(text)) return settings;
  const { processId, user } = run.session;
  const all = activities();
  const address = addressOf(all.find((one) => one.processId === processId)?.remote ?? '');
  settings.push(['redquery.pid', String(processId)]);
  settings.push(['redquery.client_addr', address.host], ['redquery.client_port', address.port]);
  if (asksForSessions) settings.push(['redquery.activity', JSON.stringify(all.map((one) => activityRow(one, user.name)))]);
  return settings;
}

/** Of other users' sessions nothing but that they are there: whoever asks can read the setting that this becomes. */
function activityRow(activity: Activity, userName: string): Readonly<Record<string, string | number | null>> {
  if (activity.user !== userName) return { pid: activity.processId, usename: activity.user, query: '<insufficient privilege>' };
  const { host, port } = addressOf(activity.remote);
  return {
    pid: activity.processId,
    usename: activity.user,
    application_name: activity.applicationName,
    client_addr: host === '' ? null : host,
    client_port: port === '' ? null : Number(port),
    state: activity.state,
    query: activity.query,
    backend_start: timeText(activity.startedAtMs),
    xact_start: timeText(activity.transactionStartedAtMs),
    query_start: timeText(activity.queryStartedAtMs),
  };
}

/** Finite times only: what is wrong would spoil the whole list. */
function timeText(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}

/** `127.0.0.1:5433`, `[::1]:5433`, `::1`; empty where it is no address. */
function addressOf(remote: string): { readonly host: string; readonly port: string } {
  const match = /^\[?([0-9a-fA-F:.]*?)\]?(?::(\d+))?$/.exec(remote.replace(/^::ffff:/, ''));
  const [host, port] = [match?.[1] ?? '', match?.[2] ?? ''];
  return /^\d+\.\d+\.\d+\.\d+$|:.*:/.test(host) ? { host, port } : { host: '', port: '' };
}

/** Says which statements a session runs. What is refused here would reach other sessions of the instance, or cannot work. */
import { RedQueryError } from '../errors.ts';
import { classifyStatement } from '../sql/index.ts';

/** Settings of DuckDB that a connection has to itself; all others belong to the instance, which sessions share. */
const SESSION_SETTINGS: readonly string[] = [
  'timezone',
  'calendar',
  'default_null_order',
  'null_order',
  'default_order',
  'integer_division',
];

const REFUSED: Readonly<Record<string, string>> = {
  use: 'a session has one catalog of its own; write catalog.schema.name in full instead of USE',
  pragma: 'PRAGMA reaches other sessions; use SET, SHOW or DESCRIBE',
  call: 'CALL is not available; use SELECT',
  attach: 'ATTACH and DETACH are not available; read files by read_parquet(…) or read_csv(…)',
  transaction: 'every statement is a transaction of its own; BEGIN, COMMIT and ROLLBACK are not available',
  prepare: 'PREPARE and EXECUTE are not available; give parameters to query()',
  load: 'extensions are not loaded; those of DuckDB itself (json, parquet, icu) are there',
};

export interface Permission {
  /** True where the text must be run again by a thread that takes the place of a dead one. */
  readonly isReplayed: boolean;
}

/** @throws {RedQueryError} RQ_UNSUPPORTED, RQ_READ_ONLY */
export function allowStatement(text: string, isReadOnlySession: boolean): Permission {
  const { kind, explain, isReadOnly } = classifyStatement(text);
  const reason = REFUSED[kind];
  if (reason !== undefined) throw new RedQueryError('RQ_UNSUPPORTED', reason);
  if (kind === 'set') checkSetting(text);
  if (explain?.analyze) allowStatement(explain.inner, isReadOnlySession);
  const isHarmless = isReadOnly || kind === 'createView' || kind === 'createMacro' || (kind === 'explain' && !explain?.analyze);
  if (isReadOnlySession && !isHarmless && kind !== 'explain') {
    throw new RedQueryError(
      'RQ_READ_ONLY',
      `the session is read-only; it runs SELECT, DESCRIBE, EXPLAIN, SET and CREATE VIEW, not ${firstWords(text)}`,
    );
  }
  return { isReplayed: kind === 'set' || kind === 'createView' || kind === 'createMacro' };
}

function checkSetting(text: string): void {
  const match = /^\s*(?:SET|RESET)\s+(?:(SESSION|LOCAL|GLOBAL)\s+)?(VARIABLE\s+)?(?:TIME\s+ZONE\b|"?(\w+)"?)/i.exec(text);
  if (match === null) return;
  const [, scope, variable, name] = match;
  if (
    scope?.toUpperCase() !== 'GLOBAL' &&
    (variable !== undefined || name === undefined || SESSION_SETTINGS.includes(name.toLowerCase()))
  )
    return;
  throw new RedQueryError(
    'RQ_UNSUPPORTED',
    `the setting "${name ?? ''}" belongs to all sessions; a session may set: ${SESSION_SETTINGS.join(', ')}, and variables`,
  );
}

function firstWords(text: string): string {
  return text.trim().split(/\s+/, 2).join(' ').toUpperCase();
}

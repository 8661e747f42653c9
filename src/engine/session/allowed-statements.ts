/** Says which statements a session runs. What is refused here would reach other sessions of the instance, or cannot work. */
import { RedQueryError } from '../../errors.ts';
import { classifyStatement, scanSettingFrom, type Token, tokensOf } from '../../sql/index.ts';
import { SCAN_SETTING_NAMES } from '../../storage/index.ts';

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
  secret: 'secrets belong to all sessions; CREATE SECRET and DROP SECRET are not available',
};

/** Functions of a SELECT that change the instance, write log files, replace the parser or take addresses of memory. */
const REFUSED_FUNCTIONS: ReadonlySet<string> = new Set([
  'enable_logging',
  'disable_logging',
  'enable_profiling',
  'disable_profiling',
  'enable_peg_parser',
  'disable_peg_parser',
  'truncate_duckdb_logs',
  'write_log',
  'checkpoint',
  'force_checkpoint',
  'arrow_scan',
  'arrow_scan_dumb',
  'seq_scan',
]);
/** Functions that run a text which is not seen here. */
const TEXT_RUNNERS: ReadonlySet<string> = new Set(['query', 'json_execute_serialized_sql']);

/** @throws {RedQueryError} RQ_UNSUPPORTED, RQ_READ_ONLY, RQ_SYNTAX */
export function allowStatement(text: string, isReadOnlySession: boolean): void {
  const { kind, explain, isReadOnly } = classifyStatement(text);
  const reason = REFUSED[kind];
  if (reason !== undefined) throw new RedQueryError('RQ_UNSUPPORTED', reason);
  const tokens = tokensOf(text);
  if (kind === 'set' && scanSettingFrom(text, SCAN_SETTING_NAMES) === null) checkSetting(tokens);
  checkFunctions(tokens, isReadOnlySession);
  // EXPLAIN without ANALYZE runs nothing.
  if (explain !== null) allowStatement(explain.inner, isReadOnlySession && explain.analyze);
  const isHarmless = isReadOnly || kind === 'createView' || kind === 'createMacro';
  if (isReadOnlySession && !isHarmless) {
    throw new RedQueryError(
      'RQ_READ_ONLY',
      `the session is read-only; it runs SELECT, DESCRIBE, EXPLAIN, SET and CREATE VIEW, not ${firstWords(tokens)}`,
    );
  }
}

/** Lets pass only what is known: `SET|RESET [SESSION] setting`, `SET|RESET TIME ZONE`, `SET|RESET VARIABLE name`. */
function checkSetting(tokens: readonly Token[]): void {
  const words = tokens.map((token) => (token.kind === 'identifier' ? token.value : null));
  const isReset = words[0] === 'reset';
  const scope = words[1] === 'session' || words[1] === 'local' ? 1 : 0;
  const name = tokens[1 + scope];
  const isVariable = words[1] === 'variable' && isNameToken(tokens[2]);
  const isTimeZone = words[1 + scope] === 'time' && words[2 + scope] === 'zone';
  const isKnown = isNameToken(name) && SESSION_SETTINGS.includes(name.value.toLowerCase());
  const rest = tokens.slice(isVariable ? 3 : isTimeZone ? 3 + scope : 2 + scope);
  if (isVariable && (isReset ? rest.length === 0 : isAssignment(rest[0]))) return;
  if ((isTimeZone || isKnown) && isReset && rest.length === 0) return;
  if (isTimeZone && rest.length === 1) return;
  if (isKnown && !isVariable && isAssignment(rest[0]) && isSimpleValue(rest.slice(1))) return;
  const shown = tokens
    .slice(1, 4)
    .map((token) => token.written)
    .join(' ');
  throw new RedQueryError(
    'RQ_UNSUPPORTED',
    `${isReset ? 'RESET' : 'SET'} ${shown}: settings belong to all sessions; a session may set to a plain value: ${[...SESSION_SETTINGS, ...SCAN_SETTING_NAMES].join(', ')}; and variables, SET VARIABLE name = …`,
  );
}

function isNameToken(token: Token | undefined): token is Token {
  return token?.kind === 'identifier' || token?.kind === 'quotedIdentifier';
}

/** `SET a=-1` has the operator `=-` for a token. */
function isAssignment(token: Token | undefined): boolean {
  return (token?.kind === 'symbol' && token.value.startsWith('=')) || (token?.kind === 'identifier' && token.value === 'to');
}

/** A word, text or number, or such a one as a parameter's literal: CAST('t' AS BOOLEAN). */
function isSimpleValue(tokens: readonly Token[]): boolean {
  const [only] = tokens;
  if (tokens.length === 1) return only?.kind !== 'symbol' && only?.kind !== 'parameter';
  const shape = tokens.map((token) => (token.kind === 'string' ? 'text' : token.value)).join(' ');
  return /^cast \( text as \w+ \)$/.test(shape);
}

function checkFunctions(tokens: readonly Token[], isReadOnlySession: boolean): void {
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    if (!isNameToken(token) || next?.kind !== 'symbol' || next.value !== '(') return;
    // CREATE TABLE checkpoint (…), INSERT INTO checkpoint (…)
    const before = tokens[index - 1];
    if (before?.kind === 'identifier' && (before.value === 'into' || before.value === 'table')) return;
    const name = token.value.toLowerCase();
    if (REFUSED_FUNCTIONS.has(name)) {
      throw new RedQueryError('RQ_UNSUPPORTED', `${name}() reaches other sessions; it is not available`, {
        position: token.start,
      });
    }
    if (isReadOnlySession && TEXT_RUNNERS.has(name)) {
      throw new RedQueryError('RQ_READ_ONLY', `the session is read-only; ${name}() runs a text that is not checked`, {
        position: token.start,
      });
    }
  });
}

function firstWords(tokens: readonly Token[]): string {
  return tokens
    .slice(0, 2)
    .map((token) => token.written)
    .join(' ')
    .toUpperCase();
}

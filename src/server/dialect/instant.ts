/**
 * Answers a SELECT of constants and functions of the session from its tree: what drivers and pools ask most often. What it
 * does not know is left to PostgreSQL's catalog: it answers wholly and as PostgreSQL would, or not at all.
 */
import type { A_Const, FuncCall, Node, SelectStmt, TypeCast } from '@pgsql/types';
import { PgError } from '../pg-error.ts';
import type { PgColumn, Route, SessionFacts, SettingChange } from '../words.ts';
import { impliedName } from './column-names.ts';
import { sessionFunction } from './session-functions.ts';
import { constantOf, functionName, isPlainSelect, numberOf, partsOf, valueFunctionName } from './tree.ts';
import { columnOf, type Instant, TYPES } from './values.ts';

/** PostgreSQL's limit (MaxTupleAttributeNumber). */
const MOST_COLUMNS = 1664;

/** Gives the answer; null where it is for the catalog to give. @throws {PgError} as PostgreSQL would. */
export function instantRoute(select: SelectStmt, facts: SessionFacts): Extract<Route, { kind: 'instant' }> | null {
  if (!isPlainSelect(select)) return null;
  if ((select.targetList?.length ?? 0) > MOST_COLUMNS)
    throw new PgError('54011', `target lists can have at most ${MOST_COLUMNS} entries`);
  const columns: PgColumn[] = [];
  const values: (string | null)[] = [];
  const settings: SettingChange[] = [];
  for (const target of select.targetList ?? []) {
    if (!('ResTarget' in target) || target.ResTarget.val === undefined) return null;
    const answer = evaluate(target.ResTarget.val, facts);
    if (answer === null) return null;
    columns.push(columnOf(target.ResTarget.name ?? impliedName(target.ResTarget.val) ?? '?column?', answer.typeOid));
    values.push(answer.value);
    if (answer.setting !== undefined) settings.push(answer.setting);
  }
  return { kind: 'instant', columns, values, ...(settings.length === 0 ? {} : { settings }) };
}

function evaluate(node: Node, facts: SessionFacts): Instant | null {
  if ('A_Const' in node) return constant(node.A_Const);
  if ('TypeCast' in node) return cast(node.TypeCast, facts);
  if ('SQLValueFunction' in node) {
    return node.SQLValueFunction.typmod !== undefined && node.SQLValueFunction.typmod >= 0
      ? null
      : sessionFunction(valueFunctionName(node.SQLValueFunction), [], facts);
  }
  if ('FuncCall' in node) return call(node.FuncCall, facts);
  return null;
}

function constant(node: A_Const): Instant | null {
  const value = constantOf(node);
  if (value === null) return null;
  switch (value.kind) {
    case 'null':
      return { typeOid: TYPES.text.oid, value: null };
    case 'boolean':
      return { typeOid: TYPES.bool.oid, value: value.value ? 't' : 'f' };
    case 'string':
      return { typeOid: TYPES.text.oid, value: value.text };
    case 'integer':
      return { typeOid: TYPES.int4.oid, value: value.text };
    case 'decimal':
      return decimal(value.text);
  }
}

/** What is too long for int4 is int8 if it fits, else numeric. 1e3, 0x10 and 1_000 are for PostgreSQL to print. */
function decimal(text: string): Instant | null {
  if (/^-?[0-9]{1,18}$/.test(text)) return { typeOid: TYPES.int8.oid, value: text };
  return /^-?[0-9]+\.[0-9]+$/.test(text) ? { typeOid: TYPES.numeric.oid, value: text.replace(/^(-?)0+(?=[0-9])/, '$1') } : null;
}

const INTEGER_LIMITS = { int2: 2n ** 15n, int4: 2n ** 31n, int8: 2n ** 63n } as const;

function cast(node: TypeCast, facts: SessionFacts): Instant | null {
  const type = partsOf(node.typeName?.names).at(-1) ?? '';
  if (node.arg === undefined || node.typeName?.typmods !== undefined || node.typeName?.arrayBounds !== undefined) return null;
  const inner = evaluate(node.arg, facts);
  if (inner === null || inner.setting !== undefined) return null;
  switch (type) {
    case 'text':
    case 'varchar':
      return inner.typeOid === TYPES.bool.oid ? null : { typeOid: TYPES[type].oid, value: inner.value };
    case 'name':
      return (inner.value ?? '').length > 20 ? null : { typeOid: TYPES.name.oid, value: inner.value };
    case 'int2':
    case 'int4':
    case 'int8':
      if (inner.value !== null && !isInteger(inner.value, INTEGER_LIMITS[type])) return null;
      return { typeOid: TYPES[type].oid, value: inner.value };
    case 'bool':
      return inner.value === null || inner.value === 't' || inner.value === 'f' ? { ...inner, typeOid: TYPES.bool.oid } : null;
    default:
      return inner.value === null && type in TYPES ? { ...inner, typeOid: TYPES[type as keyof typeof TYPES].oid } : null;
  }
}

function isInteger(text: string, limit: bigint): boolean {
  return /^-?(?:0|[1-9][0-9]{0,18})$/.test(text) && BigInt(text) < limit && BigInt(text) >= -limit;
}

function call(node: FuncCall, facts: SessionFacts): Instant | null {
  const isPlain =
    node.over === undefined &&
    node.agg_filter === undefined &&
    node.agg_order === undefined &&
    node.agg_distinct !== true &&
    node.agg_star !== true &&
    node.func_variadic !== true;
  if (!isPlain) return null;
  const args = (node.args ?? []).map((argument) => evaluate(argument, facts));
  const known = args.filter((argument) => argument !== null);
  return known.length === args.length ? sessionFunction(functionName(node), known, facts) : null;
}

/** Gives the seconds of `SELECT pg_sleep(n)`; null for any other statement. */
export function sleepSeconds(select: SelectStmt): number | null {
  const target = select.targetList?.[0];
  if (!isPlainSelect(select) || select.targetList?.length !== 1 || target === undefined || !('ResTarget' in target)) return null;
  const value = target.ResTarget.val;
  if (value === undefined || !('FuncCall' in value) || functionName(value.FuncCall) !== 'pg_sleep') return null;
  const seconds = numberOf(value.FuncCall.args?.[0]);
  return seconds === null || value.FuncCall.args?.length !== 1 ? null : Math.max(0, seconds);
}

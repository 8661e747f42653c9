/** A call of a table of elements, bound: its arguments checked, its columns named. Plain data; asks no server. */
import { RedQueryError } from '../../errors.ts';
import { keyBytesOf } from '../keys/printable.ts';
import { parseTemplate } from '../keys/template.ts';
import type { TableColumn } from '../scan-words.ts';
import { type CallArguments, callArgumentsFrom, type DeclaredColumn, declaredColumns } from '../tables/call-arguments.ts';
import { captureColumns, FIELDS_COLUMN, inferredMark, keyColumns, namedColumns } from '../tables/table-columns.ts';
import type { BoundCall, SchemaNeed, TableCall } from '../tables/table-source.ts';
import type { ElementKind } from './element-kind.ts';

/** The parts whose type is what the user stored. */
const VALUE_PARTS: readonly TableColumn['part'][] = ['value', 'member', 'element'];

/**
 * Checks a call and gives its columns.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function bindElements(kind: ElementKind, call: TableCall): BoundCall {
  const { args, pattern, template, captures, declared } = readCall(kind, call);
  const own = kind.columns.map((column) => typedColumn(column, declared, call));
  const fields = kind.hasFields ? (declared?.map(fieldOf) ?? inferredFields(call)) : [];
  const back = kind.hasFields && call.mentions.has('_fields') ? [FIELDS_COLUMN] : [];
  const columns = namedColumns(keyColumns(call.mentions), [...captures, ...own, ...fields], back);
  const { server, onError, batchRows } = args;
  return { columns, onError, batchRows, server, pattern, template, options: {}, index: 'none', accessChoice: 'auto' };
}

/** Says what to sample: the values where their type is not declared, the fields where none are. */
export function elementSampleFor(kind: ElementKind, call: TableCall): SchemaNeed | null {
  const { args, pattern, template, declared } = readCall(kind, call);
  const value = kind.columns.find(({ part }) => VALUE_PARTS.includes(part));
  const isDeclared = kind.hasFields
    ? declared !== null
    : value === undefined || declared?.some(({ name }) => name === value.name) === true;
  const { server, sampleSize, allVarchar } = args;
  return isDeclared ? null : { source: kind.source, server, pattern, template, sampleSize, allVarchar };
}

function readCall(kind: ElementKind, call: TableCall): ReadCall {
  const args = callArgumentsFrom(kind.functionName, kind.argumentNames, call.named);
  const { pattern, template } = parseTemplate(call.positional[0] ?? '');
  const split = captureColumns(template, args.columns === null ? null : declaredColumns(args.columns));
  if (!kind.hasFields) refuseOthers(kind, split.declared ?? [], template?.captures ?? []);
  return { args, pattern, template, ...split };
}

interface ReadCall {
  readonly args: CallArguments;
  readonly pattern: string;
  readonly template: BoundCall['template'];
  readonly captures: readonly TableColumn[];
  readonly declared: readonly DeclaredColumn[] | null;
}

/** Such a table has its columns; only what the user stored has a type that can be told. */
function refuseOthers(kind: ElementKind, declared: readonly DeclaredColumn[], captures: readonly string[]): void {
  const values = kind.columns.filter(({ part }) => VALUE_PARTS.includes(part)).map(({ name }) => name);
  const other = declared.find(({ name }) => !values.includes(name));
  if (other === undefined) return;
  const valid = [...values, ...captures].map((name) => `«${name}»`).join(', ');
  throw new RedQueryError(
    'RQ_ARGUMENT',
    `the argument columns of ${kind.functionName} names «${other.name}»; valid: ${valid === '' ? 'captures of the pattern, which has none' : valid}`,
  );
}

function typedColumn(column: TableColumn, declared: readonly DeclaredColumn[] | null, { inferred }: TableCall): TableColumn {
  if (!VALUE_PARTS.includes(column.part)) return column;
  const own = declared?.find(({ name }) => name === column.name);
  if (own !== undefined) return { ...column, type: own.type };
  const found = inferred?.columns.find(({ name }) => name === column.name);
  return found === undefined ? column : { ...column, type: found.type, ...inferredMark(found.type) };
}

function fieldOf({ name, type }: DeclaredColumn): TableColumn {
  return { name, type, role: 'field', field: keyBytesOf(name) };
}

function inferredFields({ inferred }: TableCall): TableColumn[] {
  return (inferred?.columns ?? []).map(({ field, name, type }) => ({
    ...{ name, type, role: 'field', field },
    ...inferredMark(type),
  }));
}

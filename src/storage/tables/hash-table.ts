/**
 * A call of `redis_hash`, bound: its named arguments checked, and the columns that SQL sees (the key, captures of its
 * template, the fields, and the virtual columns that the statement names). Plain data in and out; asks no server.
 */
import { keyBytesOf } from '../keys/printable.ts';
import { parseTemplate } from '../keys/template.ts';
import type { TableColumn } from '../scan-words.ts';
import { COMMON_ARGUMENTS, callArgumentsFrom, type DeclaredColumn, declaredColumns } from './call-arguments.ts';
import { captureColumns, FIELDS_COLUMN, inferredMark, keyColumns, namedColumns } from './table-columns.ts';
import type { BoundCall, SchemaNeed, TableCall } from './table-source.ts';

const FUNCTION = 'redis_hash';

/**
 * Checks a call and gives its columns.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function bindHashTable(call: TableCall): BoundCall {
  const {
    columns: texts,
    onError,
    batchRows,
    server,
    index,
    accessChoice,
  } = callArgumentsFrom(FUNCTION, COMMON_ARGUMENTS, call.named);
  const { pattern, template } = parseTemplate(call.positional[0] ?? '');
  const { captures, declared } = captureColumns(template, texts === null ? null : declaredColumns(texts));
  const fields = declared?.map(fieldOfDeclared) ?? inferredFields(call);
  const back = call.mentions.has('_fields') ? [FIELDS_COLUMN] : [];
  const columns = namedColumns(keyColumns(call.mentions), [...captures, ...fields], back);
  return { columns, onError, batchRows, server, pattern, template, options: {}, index, accessChoice };
}

/** Says what to sample for a call without declared columns. */
export function hashSampleFor(call: TableCall): SchemaNeed | null {
  const { columns, server, sampleSize, allVarchar } = callArgumentsFrom(FUNCTION, COMMON_ARGUMENTS, call.named);
  if (columns !== null) return null;
  return { source: 'hash', server, ...parseTemplate(call.positional[0] ?? ''), sampleSize, allVarchar };
}

/** A declared name stands for exactly that field; `\xHH` from 80 up for a byte that is no UTF-8, as in inferred names. */
function fieldOfDeclared({ name, type }: DeclaredColumn): TableColumn {
  return { name, type, role: 'field', field: keyBytesOf(name) };
}

function inferredFields({ inferred }: TableCall): TableColumn[] {
  return (inferred?.columns ?? []).map(({ field, name, type }) => ({
    ...{ name, type, role: 'field', field },
    ...inferredMark(type),
  }));
}

/** A call of `redis_timeseries`, bound: samples with their time and value, and the labels of their series. Asks no server. */
import { keyBytesOf } from '../keys/printable.ts';
import { parseTemplate } from '../keys/template.ts';
import type { TableColumn } from '../scan-words.ts';
import { callArgumentsFrom, declaredColumns, SCAN_ARGUMENTS } from '../tables/call-arguments.ts';
import { captureColumns, keyColumns, namedColumns } from '../tables/table-columns.ts';
import type { BoundCall, SchemaNeed, TableCall } from '../tables/table-source.ts';

export const TIMESERIES_FUNCTION = 'redis_timeseries';
export const TIMESERIES_ARGUMENTS = SCAN_ARGUMENTS;

const TIME_COLUMN: TableColumn = { name: '_ts', type: { id: 'TIMESTAMPTZ' }, role: 'part', part: 'ts' };
const VALUE_COLUMN: TableColumn = { name: 'value', type: { id: 'DOUBLE' }, role: 'part', part: 'value' };

/**
 * Checks a call and gives its columns. Declared columns are labels (or captures); a label called `value` becomes `value_2`.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function bindTimeseries(call: TableCall): BoundCall {
  const { columns: texts, onError, batchRows, server } = callArgumentsFrom(TIMESERIES_FUNCTION, TIMESERIES_ARGUMENTS, call.named);
  const { pattern, template } = parseTemplate(call.positional[0] ?? '');
  const { captures, declared } = captureColumns(template, texts === null ? null : declaredColumns(texts));
  const labels =
    declared?.map(({ name, type }): TableColumn => ({ name, type, role: 'field', field: keyBytesOf(name) })) ??
    (call.inferred?.columns ?? []).map(({ field, name, type }): TableColumn => ({ name, type, role: 'field', field }));
  const front = [...keyColumns(call.mentions), TIME_COLUMN, VALUE_COLUMN];
  const columns = namedColumns(front, [...captures, ...labels]);
  return { server, pattern, template, columns, options: {}, index: 'auto', accessChoice: 'auto', onError, batchRows };
}

/** Says what to sample for a call without declared columns: the labels. */
export function timeseriesSampleFor(call: TableCall): SchemaNeed | null {
  const { columns, server, sampleSize, allVarchar } = callArgumentsFrom(TIMESERIES_FUNCTION, TIMESERIES_ARGUMENTS, call.named);
  if (columns !== null) return null;
  return { source: 'timeseries', server, ...parseTemplate(call.positional[0] ?? ''), sampleSize, allVarchar };
}

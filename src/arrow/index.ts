/** Columns and batches as buffers: builders that fill them, readers that take values out, Arrow's own forms. */
export { type ColumnBuilder, createBuilder, Int64Builder, MapBuilder } from './builders.ts';
export type { ArrayData, Batch, ColumnData, FixedData, ListData, StructData, VarlenData } from './column-data.ts';
export { buffersOf, byteLengthOf } from './column-data.ts';
export {
  type ArrowRecordBatch,
  type ArrowSchema,
  type ArrowTable,
  arrowSchemaFrom,
  ipcFrom,
  ipcStreamFrom,
  type PolarsDataFrame,
  polarsFrom,
  recordBatchFrom,
  tableFrom,
} from './export/lazy-arrow.ts';
export { jsonReader, jsonWriter } from './readers/json.ts';
export { literalReader } from './readers/literals.ts';
export { uniqueNames } from './readers/names.ts';
export { textReader } from './readers/text.ts';
export { type IntegerForm, rowReader, type ValueOptions, valueReader } from './readers/values.ts';

/** Columns and batches as buffers: builders that fill them, readers that take values out, Arrow's own forms. */
export type { ArrayData, Batch, ColumnData, FixedData, ListData, StructData, VarlenData } from './column-data.ts';
export { buffersOf, byteLengthOf } from './column-data.ts';

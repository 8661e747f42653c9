/** Hands the next rows of a feed to DuckDB: what the main callback of every table function does. */
import { RedQueryError } from '../../../errors.ts';
import { type DataChunk, native } from '../../duckdb.ts';
import { writeColumn } from '../../vectors/vectors-from-columns.ts';
import type { RowFeed } from './scan-feed.ts';

/** Fills a chunk; leaves it empty at the end of the feed. */
export function fillChunk(feed: RowFeed, chunk: DataChunk): void {
  // A chunk whose callback throws must read as empty: an unset size is not checked by DuckDB.
  native.data_chunk_set_size(chunk, 0);
  const slice = feed.nextSlice();
  if (slice === null) return;
  const { columns } = slice.batch;
  feed.isText.forEach((isText, index) => {
    const column = columns[index];
    if (column === undefined) throw new RedQueryError('RQ_INTERNAL', 'a batch came without a column that was asked for');
    writeColumn(native.data_chunk_get_vector(chunk, index), column, slice.start, slice.rowCount, isText);
  });
  native.data_chunk_set_size(chunk, slice.rowCount);
}

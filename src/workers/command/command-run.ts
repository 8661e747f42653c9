/**
 * A task without keys from its first command to its last message: the rows are what one small command answers (FT._LIST,
 * INFO). Answers are bounded by what a server has of such things, so they are held whole.
 */

import { createBuilder, createMatchesBuilder } from '../../arrow/builders.ts';
import type { ColumnData } from '../../arrow/column-data.ts';
import { type ErrorData, errorDataFrom, RedQueryError } from '../../errors.ts';
import type { Endpoint } from '../../storage/connections/endpoint.ts';
import { QueryClient } from '../../storage/connections/query-client.ts';
import { keyGuardFrom } from '../../storage/keys/key-guard.ts';
import type { ScanTask } from '../../storage/scan-words.ts';
import type { ScanJob } from '../protocol.ts';
import { badValueError } from '../rows/bad-value.ts';
import { BatchWriter } from '../rows/batch-writer.ts';
import { ScanCounters } from '../scan-counters.ts';
import { indexRows } from './index-rows.ts';
import { infoRows } from './info-rows.ts';

/** A row: text by the column's name; what is absent is NULL. */
export type NamedValues = ReadonlyMap<string, string>;

const STOP_CHECK_MS = 25;
const BATCH_ROWS = 2048;

/** Runs one task; gives its error, which the reader has been told by then, or null. */
export async function runCommand(job: ScanJob, endpoint: Endpoint): Promise<ErrorData | null> {
  const counters = new ScanCounters(job.counters);
  const abort = new AbortController();
  const writer = new BatchWriter(job.port, job.control, counters, () => stopIfAsked());
  const stopIfAsked = (): void => {
    if (writer.isStopped) abort.abort();
  };
  const timer = setInterval(stopIfAsked, STOP_CHECK_MS);
  const client = new QueryClient(endpoint);
  let error: ErrorData | null = null;
  try {
    const rows = await rowsOf(job.task, client, abort.signal);
    for (let from = 0; from < rows.length; from += BATCH_ROWS) post(job.task, rows.slice(from, from + BATCH_ROWS), writer);
  } catch (reason) {
    error = errorDataFrom(reason);
  }
  clearInterval(timer);
  client.close();
  writer.end(error);
  return error;
}

function rowsOf({ source, allowedKeys }: ScanTask, client: QueryClient, signal: AbortSignal): Promise<readonly NamedValues[]> {
  const guard = keyGuardFrom(allowedKeys ?? null);
  if (source === 'indexes') return indexRows(client, signal, (prefixes) => guard?.allowsIndex(prefixes) ?? true);
  if (source === 'info' && guard === null) return infoRows(client, signal);
  throw new RedQueryError('RQ_INTERNAL', `no command answers for ${source}`);
}

function post({ columns }: ScanTask, rows: readonly NamedValues[], writer: BatchWriter): void {
  const data = columns.map((column): ColumnData => {
    // A list is written as a JSON array.
    const builder = column.type.id === 'LIST' ? createMatchesBuilder(column.type, false, false) : createBuilder(column.type);
    for (const row of rows) {
      const value = row.get(Buffer.from(column.field ?? '').toString('utf8'));
      if (value === undefined) {
        builder.appendNull();
        continue;
      }
      const bytes = Buffer.from(value, 'utf8');
      if (!builder.append(bytes, 0, bytes.length, true)) {
        throw badValueError({ key: Buffer.from(row.get('name') ?? ''), column, value: bytes });
      }
    }
    return builder.finish();
  });
  writer.post({ rowCount: rows.length, columns: data });
}

/** Runs scan tasks in tests, on this thread or in a pool, and gives their rows as plain values. */
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { Batch, ColumnData } from '../../src/arrow/index.ts';
import type { ErrorData } from '../../src/errors.ts';
import type { ColumnPart, Endpoint, ScanTask, TableColumn } from '../../src/storage/index.ts';
import { CONTROL, COUNTERS, type CounterName, type FromWorker, type ScanJob, STATE } from '../../src/workers/protocol.ts';
import { runScan } from '../../src/workers/scan-run.ts';
import { scanTask } from './scans.ts';

type Cell = string | bigint | number | boolean | null | Record<string, string | null>;

export interface TaskResult {
  readonly rows: readonly (readonly Cell[])[];
  readonly batchRows: readonly number[];
  readonly error: ErrorData | null;
  readonly counters: Readonly<Record<CounterName, number>>;
}

export interface RunningTask {
  readonly job: ScanJob;
  /** The reader's end. */
  readonly port: MessagePort;
  readonly result: Promise<TaskResult>;
  readonly counters: () => Record<CounterName, number>;
  cancel(): void;
  /** Gives back the bytes of all batches, those to come, too; for a task that was paused. */
  resume(): void;
}

export function field(name: string, id: TableColumn['type']['id'] = 'VARCHAR', alias?: string): TableColumn {
  const type = alias === undefined ? { id } : { id, alias };
  return { name, role: 'field', type, field: Buffer.from(name) };
}

/** A column of what the source says of a row; type and name are the part's usual ones. */
export function part(name: ColumnPart, id: TableColumn['type']['id'] = PART_TYPES[name] ?? 'VARCHAR'): TableColumn {
  return { name, role: 'part', type: { id }, part: name };
}

const PART_TYPES: Partial<Record<ColumnPart, TableColumn['type']['id']>> = {
  position: 'BIGINT',
  rank: 'BIGINT',
  score: 'DOUBLE',
  ts: 'TIMESTAMPTZ',
  seq: 'BIGINT',
};

export const KEY: TableColumn = { name: '_key', role: 'key', type: { id: 'VARCHAR' } };
export const TTL: TableColumn = { name: '_ttl', role: 'ttl', type: { id: 'BIGINT' } };
export const FIELDS: TableColumn = {
  name: '_fields',
  role: 'fields',
  type: { id: 'MAP', key: { id: 'VARCHAR' }, value: { id: 'VARCHAR' } },
};

/** A task over all keys that match, or over named ones. */
export function task(
  access: string | readonly (string | Uint8Array)[],
  columns: readonly TableColumn[],
  more: Partial<ScanTask> = {},
): ScanTask {
  return scanTask({
    access:
      typeof access === 'string'
        ? { kind: 'scan', pattern: Buffer.from(access) }
        : { kind: 'keys', keys: access.map((key) => Buffer.from(key)) },
    columns,
    batchRows: 16_384,
    ...more,
  });
}

/** Makes a further port for a job's helper, and reads it. */
export function newHelper(job: ScanJob): { readonly port: MessagePort; readonly result: Promise<TaskResult> } {
  const helper = newTask(job.task);
  return { port: helper.job.port, result: helper.result };
}

/** Makes a job and reads what it gives; with `isPaused` the bytes of batches are not given back. */
export function newTask(given: ScanTask, options: { readonly isPaused?: boolean } = {}): RunningTask {
  const { port1, port2 } = new MessageChannel();
  const job: ScanJob = {
    task: given,
    port: port2,
    control: new SharedArrayBuffer(CONTROL.CELLS * 4),
    counters: new SharedArrayBuffer(COUNTERS.length * 8),
  };
  const rows: Cell[][] = [];
  const batchRows: number[] = [];
  const counters = (): Record<CounterName, number> => {
    const cells = new BigInt64Array(job.counters);
    return Object.fromEntries(COUNTERS.map((name, i) => [name, Number(cells[i])])) as Record<CounterName, number>; // one entry a name
  };
  let isPaused = options.isPaused === true;
  const heldBytes: number[] = [];
  const giveBack = (byteCount: number): void => port1.postMessage({ kind: 'consumed', byteCount });
  const result = new Promise<TaskResult>((resolve) => {
    const end = (error: ErrorData | null): void => {
      port1.close();
      resolve({ rows, batchRows, error, counters: counters() });
    };
    port1.on('message', (message: FromWorker) => {
      if (message.kind === 'batch') {
        batchRows.push(message.batch.rowCount);
        rows.push(...rowsOf(message.batch, given.columns));
        if (isPaused) heldBytes.push(message.byteCount);
        else giveBack(message.byteCount);
      } else end(message.kind === 'end' ? null : message.error);
    });
  });
  return {
    job,
    port: port1,
    result,
    counters,
    cancel: () => void Atomics.store(new Int32Array(job.control), CONTROL.STATE, STATE.CANCELLED),
    resume: () => {
      isPaused = false;
      for (const byteCount of heldBytes.splice(0)) giveBack(byteCount);
    },
  };
}

/** Runs a task on this thread to its end. */
export async function runTask(endpoint: Endpoint, scanTask: ScanTask): Promise<TaskResult> {
  const running = newTask(scanTask);
  await runScan(running.job, endpoint);
  return running.result;
}

function rowsOf(batch: Batch, columns: readonly TableColumn[]): Cell[][] {
  return Array.from({ length: batch.rowCount }, (_, row) =>
    columns.map((column, i) => {
      const data = batch.columns[i];
      return data === undefined ? null : cellOf(data, column.type.id, row);
    }),
  );
}

function cellOf(data: ColumnData, id: string, row: number): Cell {
  if (data.validity !== null && ((new Uint8Array(data.validity)[row >> 3] ?? 0) & (1 << (row & 7))) === 0) return null;
  if (data.layout === 'varlen') {
    const offsets = new Int32Array(data.offsets);
    const bytes = Buffer.from(data.values).subarray(offsets[row], offsets[row + 1]);
    return bytes.toString(id === 'BLOB' ? 'latin1' : 'utf8');
  }
  if (data.layout === 'list') {
    const offsets = new Int32Array(data.offsets);
    const [keys, values] = data.child.layout === 'struct' ? data.child.children : [];
    const entries: Record<string, string | null> = {};
    for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) {
      if (keys !== undefined && values !== undefined)
        entries[String(cellOf(keys, 'VARCHAR', i))] = cellOf(values, 'VARCHAR', i) as string; // a MAP of VARCHAR
    }
    return entries;
  }
  if (data.layout !== 'fixed') throw new Error(`no cell of layout ${data.layout}`);
  if (id === 'DOUBLE') return new Float64Array(data.values)[row] ?? null;
  if (id === 'BOOLEAN') return new Uint8Array(data.values)[row] === 1;
  return new BigInt64Array(data.values)[row] ?? null;
}

/**
 * The worker's scan loop against the floor, in turn: SCAN COUNT 1000 overlapped with pipelined HMGET on two sockets in plain
 * JS, of which only cursor and keys are parsed. Both in this process; batches are thrown away.
 *
 *   node bench/micro/scan-loop.ts redis://127.0.0.1:PORT [rounds] [columns, e.g. age,score]
 */
import net from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { encodeCommand } from '../../src/resp/index.ts';
import type { Endpoint, TableColumn } from '../../src/storage/index.ts';
import { COUNTERS, type FromWorker } from '../../src/workers/protocol.ts';
import { runScan } from '../../src/workers/scan-run.ts';

const [urlText = 'redis://127.0.0.1:6379', roundsText = '5', columnsText = ''] = process.argv.slice(2);
const url = new URL(urlText);
const PATTERN = 'user:*';
const WINDOW_KEYS = 8192;

const endpoint: Endpoint = {
  name: 'default',
  address: { host: url.hostname, port: Number(url.port || 6379) },
  tls: null,
  username: null,
  password: null,
  database: 0,
  connectTimeoutMs: 5000,
  replyTimeoutMs: 30_000,
};

const TYPES: Readonly<Record<string, TableColumn['type']>> = {
  age: { id: 'BIGINT' },
  score: { id: 'DOUBLE' },
  name: { id: 'VARCHAR' },
};

interface Measure {
  readonly ms: number;
  /** Processor time of this process: the client's side. */
  readonly cpuMs: number;
  readonly rowCount: number;
}

async function measure(work: () => Promise<number>): Promise<Measure> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const rowCount = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000, rowCount };
}

/** Reads all keys and their fields, looks at cursors and keys only; gives the number of keys. */
function runFloor(fields: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const address = { host: url.hostname, port: Number(url.port || 6379), noDelay: true };
    const scanSocket = net.connect(address).on('error', reject);
    const fetchSocket = net.connect(address).on('error', reject);
    const before = Buffer.from(`*${fields.length + 2}\r\n$5\r\nHMGET\r\n`);
    const after = Buffer.from(fields.map((field) => `$${field.length}\r\n${field}\r\n`).join(''));
    let rest: Buffer = Buffer.alloc(0);
    let keyCount = 0;
    let inflight = 0;
    let isDone = false;
    let isWaiting = false;
    const scan = (cursor: string): void => {
      scanSocket.write(encodeCommand(['SCAN', cursor, 'MATCH', PATTERN, 'COUNT', '1000']));
    };
    let cursor = '0';
    scanSocket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const reply = readScanReply(rest);
      if (reply === null) return;
      cursor = reply.cursor;
      isDone = cursor === '0';
      inflight += reply.count;
      keyCount += reply.count;
      isWaiting = inflight >= WINDOW_KEYS;
      if (!isDone && !isWaiting) scan(cursor);
      fetchSocket.write(requestsFor(rest, reply, before, after));
      rest = Buffer.alloc(0);
      endWhereDone();
    });
    // Replies are counted by their first byte, which no value of this data holds, and not looked into.
    fetchSocket.on('data', (chunk: Buffer) => {
      let count = 0;
      for (let at = chunk.indexOf(42); at >= 0; at = chunk.indexOf(42, at + 1)) count += 1;
      inflight -= count;
      if (isWaiting && inflight < WINDOW_KEYS) {
        isWaiting = false;
        if (!isDone) scan(cursor);
      }
      endWhereDone();
    });
    const endWhereDone = (): void => {
      if (!isDone || inflight > 0) return;
      scanSocket.destroy();
      fetchSocket.destroy();
      resolve(keyCount);
    };
    scan('0');
  });
}

interface ScanReply {
  readonly cursor: string;
  readonly count: number;
  readonly keysStart: number;
}

function readScanReply(bytes: Buffer): ScanReply | null {
  let at = 4;
  const readLength = (): number => {
    let length = 0;
    for (at += 1; at < bytes.length && bytes[at] !== 13; at++) length = length * 10 + (bytes[at] ?? 0) - 48;
    at += 2;
    return length;
  };
  const cursorLength = readLength();
  const cursor = bytes.toString('latin1', at, at + cursorLength);
  at += cursorLength + 2;
  const count = readLength();
  const keysStart = at;
  for (let i = 0; i < count; i++) {
    if (at >= bytes.length) return null;
    const length = readLength();
    at += length + 2;
  }
  return at > bytes.length ? null : { cursor, count, keysStart };
}

function requestsFor(bytes: Buffer, reply: ScanReply, before: Buffer, after: Buffer): Buffer {
  const out = Buffer.allocUnsafe((before.length + after.length) * reply.count + bytes.length);
  let to = 0;
  let at = reply.keysStart;
  for (let i = 0; i < reply.count; i++) {
    for (let k = 0; k < before.length; k++) out[to++] = before[k] ?? 0;
    let length = 0;
    let end = at + 1;
    for (; bytes[end] !== 13; end++) length = length * 10 + (bytes[end] ?? 0) - 48;
    end += length + 4;
    for (; at < end; at++) out[to++] = bytes[at] ?? 0;
    for (let k = 0; k < after.length; k++) out[to++] = after[k] ?? 0;
  }
  return out.subarray(0, to);
}

/** Runs the product's loop and takes its batches as fast as they come. */
async function runLoop(fields: readonly string[]): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  let rowCount = 0;
  const ended = new Promise<void>((resolve, reject) => {
    port1.on('message', (message: FromWorker) => {
      if (message.kind === 'batch') {
        rowCount += message.batch.rowCount;
        port1.postMessage({ kind: 'consumed', byteCount: message.byteCount });
        return;
      }
      port1.close();
      if (message.kind === 'end') resolve();
      else reject(new Error(message.error.message));
    });
  });
  const columns = fields.map(
    (name): TableColumn => ({ name, role: 'field', field: Buffer.from(name), type: TYPES[name] ?? { id: 'VARCHAR' } }),
  );
  const task = {
    source: 'hash',
    server: 'default',
    access: { kind: 'scan', pattern: Buffer.from(PATTERN) },
    columns,
    checkedColumns: [],
    onError: 'error',
    batchRows: 16_384,
    rowLimit: null,
    template: null,
    options: {},
    range: null,
    rowsPerKey: null,
    budget: { maxKeys: null, maxBytes: null, keysPerSecond: null },
  } as const;
  await runScan(
    { task, port: port2, control: new SharedArrayBuffer(8), counters: new SharedArrayBuffer(COUNTERS.length * 8) },
    endpoint,
  );
  await ended;
  return rowCount;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const fieldLists =
  columnsText === ''
    ? [
        ['age', 'score'],
        ['name', 'age', 'score'],
      ]
    : [columnsText.split(',')];
for (const fields of fieldLists) {
  const floors: Measure[] = [];
  const loops: Measure[] = [];
  for (let round = 0; round < Number(roundsText); round++) {
    floors.push(await measure(() => runFloor(fields)));
    loops.push(await measure(() => runLoop(fields)));
  }
  const floorMs = median(floors.map(({ ms }) => ms));
  const loopMs = median(loops.map(({ ms }) => ms));
  const ratios = floors.map(({ ms }, index) => (loops[index]?.ms ?? 0) / ms);
  console.log(
    JSON.stringify({
      fields,
      rows: loops[0]?.rowCount,
      floorMs: Math.round(floorMs),
      loopMs: Math.round(loopMs),
      ratioOfMedians: Number((loopMs / floorMs).toFixed(3)),
      medianOfRatios: Number(median(ratios).toFixed(3)),
      floorCpuMs: Math.round(median(floors.map(({ cpuMs }) => cpuMs))),
      loopCpuMs: Math.round(median(loops.map(({ cpuMs }) => cpuMs))),
    }),
  );
}

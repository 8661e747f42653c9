/**
 * Rows by an index in each form against the same two commands drained (FT.SEARCH NOCONTENT, then HMGET of those keys), and
 * what another client waits meanwhile: the longest of GETs that it sends one after the other.
 *
 *   node bench/micro/search-keys.ts redis://127.0.0.1:PORT [rounds] [query, e.g. '@age:[0 14]'] [index]
 */
import net from 'node:net';
import { MessageChannel, Worker } from 'node:worker_threads';
import { encodeCommand } from '../../src/resp/index.ts';
import { endpointFrom, type ScanTask, type SearchAccess, type TableColumn } from '../../src/storage/index.ts';
import { COUNTERS, type FromWorker } from '../../src/workers/protocol.ts';
import { runScan } from '../../src/workers/scan-run.ts';

const [urlText = 'redis://127.0.0.1:6379', roundsText = '5', query = '@age:[0 14]', index = 'idx:user'] = process.argv.slice(2);
const url = new URL(urlText);
const address = { host: url.hostname, port: Number(url.port || 6379) };
const endpoint = endpointFrom('default', { url: urlText });
const FIELDS = ['age', 'score', 'city'];
const COLUMNS: readonly TableColumn[] = [
  { name: 'age', type: { id: 'BIGINT' }, role: 'field', field: Buffer.from('age') },
  { name: 'score', type: { id: 'DOUBLE' }, role: 'field', field: Buffer.from('score') },
  { name: 'city', type: { id: 'VARCHAR' }, role: 'field', field: Buffer.from('city') },
];

/** Runs commands and drops their replies; gives them whole where they are asked for. */
function drain(request: Buffer, isKept: boolean): Promise<Buffer> {
  const marker = `bench-${Math.random()}`;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ ...address, noDelay: true }).on('error', reject);
    const chunks: Buffer[] = [];
    let tail = '';
    socket.on('data', (chunk) => {
      if (isKept) chunks.push(chunk);
      tail = (tail + chunk.subarray(-64).toString('latin1')).slice(-128);
      if (!tail.includes(marker)) return;
      socket.destroy();
      resolve(Buffer.concat(chunks));
    });
    socket.write(request);
    socket.write(encodeCommand(['ECHO', marker]));
  });
}

/** The floor: the same two commands, drained. */
async function runFloor(): Promise<number> {
  const search = encodeCommand(['FT.SEARCH', index, query, 'NOCONTENT', 'LIMIT', '0', '1000000', 'TIMEOUT', '0', 'DIALECT', '2']);
  const reply = await drain(search, true);
  const after = Buffer.from(FIELDS.map((field) => `$${field.length}\r\n${field}\r\n`).join(''));
  const before = Buffer.from(`*${FIELDS.length + 2}\r\n$5\r\nHMGET\r\n`);
  const parts: Buffer[] = [];
  let keyCount = 0;
  let at = reply.indexOf('$');
  for (let lineEnd = reply.indexOf('\r\n', at); at >= 0; lineEnd = reply.indexOf('\r\n', at)) {
    const end = lineEnd + 4 + Number(reply.toString('latin1', at + 1, lineEnd));
    if (reply.toString('latin1', lineEnd + 2, lineEnd + 8) === 'bench-') break;
    parts.push(before, reply.subarray(at, end), after);
    keyCount += 1;
    at = end;
  }
  await drain(Buffer.concat(parts), false);
  return keyCount;
}

async function runForm(form: SearchAccess['form'], expectedKeys: number): Promise<number> {
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
  const pattern = Buffer.from('user:*');
  const access: SearchAccess = {
    kind: 'search',
    index,
    query,
    params: [],
    sortBy: null,
    limit: null,
    form,
    expectedKeys,
    pattern,
  };
  const counters = new SharedArrayBuffer(COUNTERS.length * 8);
  const task: ScanTask = {
    source: 'hash',
    server: 'default',
    access,
    template: null,
    options: {},
    columns: COLUMNS,
    checkedColumns: [],
    onError: 'error',
    batchRows: 8192,
    rowLimit: null,
    range: null,
    rowsPerKey: null,
    budget: { maxKeys: null, maxBytes: null, keysPerSecond: null },
  };
  await runScan({ task, port: port2, control: new SharedArrayBuffer(8), counters }, endpoint);
  await ended;
  const fallbacks = new BigInt64Array(counters)[COUNTERS.indexOf('indexFallbacks')];
  if (fallbacks !== 0n) throw new Error('the index could not answer');
  return rowCount;
}

/** Sends GETs one after the other from a thread of its own; `stop` gives the longest, in ms. */
function startProbe(): { stop(): Promise<number> } {
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    const socket = require('node:net').connect({ ...workerData, noDelay: true });
    let longest = 0, sent = 0, isOver = false;
    const ask = () => { sent = performance.now(); socket.write('*2\\r\\n$3\\r\\nGET\\r\\n$5\\r\\nprobe\\r\\n'); };
    socket.on('connect', ask);
    socket.on('data', () => { longest = Math.max(longest, performance.now() - sent); if (!isOver) setTimeout(ask, 1); });
    parentPort.on('message', () => { isOver = true; socket.destroy(); parentPort.postMessage(longest); parentPort.close(); });`;
  const worker = new Worker(code, { eval: true, workerData: address });
  return {
    stop: () =>
      new Promise((resolve) => {
        worker.on('message', resolve);
        worker.postMessage('stop');
      }),
  };
}

const WAYS = {
  floor: runFloor,
  blocking: () => runForm('blocking', expected),
  pages: () => runForm('pages', expected),
  // What is expected to be very much is read by a cursor.
  cursor: () => runForm('cursor', expected),
};
let expected = await runFloor();
expected = Math.max(expected, 1);
const found = new Map<string, { ms: number[]; longest: number[] }>();
for (let round = 0; round < Number(roundsText); round++) {
  for (const [name, work] of Object.entries(WAYS)) {
    const probe = startProbe();
    const start = performance.now();
    const rowCount = await work();
    const ms = performance.now() - start;
    const longest = await probe.stop();
    if (rowCount !== expected) throw new Error(`${name}: ${rowCount} rows instead of ${expected}`);
    const entry = found.get(name) ?? { ms: [], longest: [] };
    entry.ms.push(ms);
    entry.longest.push(longest);
    found.set(name, entry);
  }
}
const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;
const floorMs = median(found.get('floor')?.ms ?? []);
console.log(`${expected} keys, ${query}, ${FIELDS.length} fields`);
for (const [name, { ms, longest }] of found) {
  const line = [
    name.padEnd(9),
    `${median(ms).toFixed(0).padStart(6)} ms`,
    `${(median(ms) / floorMs).toFixed(2)} × the floor`,
    `longest GET beside it ${median(longest).toFixed(1)} ms (worst ${Math.max(...longest).toFixed(1)})`,
  ];
  console.log(line.join('  '));
}

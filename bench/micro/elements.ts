/**
 * Reading 1,000,000 elements of each type (100,000 keys of 10; strings 1,000,000 keys) against the floor, in turn: SCAN
 * overlapped with the same commands on a second socket, of which only cursor and keys are looked at and the rest is thrown away.
 * Both in this process, against a server of its own; batches are thrown away.
 *
 *   node bench/micro/elements.ts [rounds] [types, e.g. set,zset] [elements a key]
 */
import net from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import type { RunningRedis } from '../../scripts/redis/redis-options.ts';
import { startRedis } from '../../scripts/redis/start-redis.ts';
import { encodeBulk } from '../../src/resp/index.ts';
import type { ColumnPart, Endpoint, ScanTask, SourceName, TableColumn } from '../../src/storage/index.ts';
import { CONTROL, COUNTERS, type FromWorker } from '../../src/workers/protocol.ts';
import { runScan } from '../../src/workers/scan-run.ts';

const ROWS = 1_000_000;
const [roundsText = '5', typesText = 'string,set,list,zset,stream', perKeyText = '10'] = process.argv.slice(2);
const perKey = Number(perKeyText);

interface Type {
  /** Adds the elements [from, to) of key K, as Lua. */
  readonly fill: string;
  readonly columns: readonly TableColumn[];
  /** What the floor asks of each key, or of many together. */
  readonly command: readonly string[];
  readonly isTogether?: true;
}

const part = (name: ColumnPart, id: TableColumn['type']['id']): TableColumn => ({ name, role: 'part', part: name, type: { id } });
const field = (name: string, id: TableColumn['type']['id']): TableColumn => ({
  name,
  role: 'field',
  field: Buffer.from(name),
  type: { id },
});

const TYPES: Readonly<Partial<Record<SourceName, Type>>> = {
  string: {
    fill: "redis.call('SET', K .. ':' .. i, 'value of ' .. i)",
    columns: [part('value', 'VARCHAR')],
    command: ['MGET'],
    isTogether: true,
  },
  set: {
    fill: "redis.call('SADD', K, 'member of ' .. i)",
    columns: [part('member', 'VARCHAR')],
    command: ['SSCAN', '', '0', 'COUNT', '128'],
  },
  list: {
    fill: "redis.call('RPUSH', K, 'element ' .. i)",
    columns: [part('position', 'BIGINT'), part('element', 'VARCHAR')],
    command: ['LRANGE', '', '0', '127'],
  },
  zset: {
    fill: "redis.call('ZADD', K, i / 8, 'member of ' .. i)",
    columns: [part('rank', 'BIGINT'), part('member', 'VARCHAR'), part('score', 'DOUBLE')],
    command: ['ZRANGE', '', '0', '127', 'WITHSCORES'],
  },
  stream: {
    fill: "redis.call('XADD', K, i + 1, 'device', 'd' .. i % 100, 'value', i)",
    columns: [part('ts', 'TIMESTAMPTZ'), field('device', 'VARCHAR'), field('value', 'BIGINT')],
    command: ['XRANGE', '', '-', '+', 'COUNT', '128'],
  },
};

interface Measure {
  readonly ms: number;
  /** Processor time of this process: the client's side. */
  readonly cpuMs: number;
  /** Processor time of Redis: what a machine with other load still measures. */
  readonly serverCpuMs: number;
}

async function measure(redis: RunningRedis, work: () => Promise<void>): Promise<Measure> {
  const serverBefore = await serverCpuMs(redis);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000, serverCpuMs: (await serverCpuMs(redis)) - serverBefore };
}

async function serverCpuMs(redis: RunningRedis): Promise<number> {
  const text = String(await redis.call('INFO', 'cpu'));
  const seconds = [...text.matchAll(/used_cpu_(?:sys|user):([0-9.]+)/g)].map((match) => Number(match[1]));
  return seconds.reduce((sum, one) => sum + one, 0) * 1000;
}

async function fill(redis: RunningRedis, { fill: add }: Type): Promise<void> {
  await redis.call('FLUSHALL');
  const step = 10_000;
  const script = `for i = ARGV[1], ARGV[2] - 1 do local K = 'k:' .. math.floor(i / ARGV[3]); ${add} end`;
  for (let from = 0; from < ROWS; from += step) await redis.call('EVAL', script, '0', from, from + step, perKey);
}

/** Asks all keys and throws the replies away; QUIT tells the end. */
function runFloor(port: number, type: Type): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = (callback: (byteCount: number, buffer: Uint8Array) => boolean): net.Socket =>
      net
        .connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer: Buffer.allocUnsafeSlow(1 << 18), callback } })
        .on('error', reject);
    const fetching = open(() => true);
    let rest: Buffer = Buffer.alloc(0);
    const scanning = open((byteCount, buffer) => {
      rest = Buffer.concat([rest, buffer.subarray(0, byteCount)]);
      const page = pageFrom(rest);
      if (page === null) return true;
      const isSent = fetching.write(requestFor(rest, page, type));
      rest = Buffer.alloc(0);
      const goOn = (): void => void scanning.write(scanCommand(page.cursor));
      if (page.cursor === '0') fetching.write('*1\r\n$4\r\nQUIT\r\n');
      else if (isSent) goOn();
      else fetching.once('drain', goOn);
      return true;
    });
    fetching.once('close', () => {
      scanning.destroy();
      resolve();
    });
    scanning.write(scanCommand('0'));
  });
}

function scanCommand(cursor: string): Buffer {
  return Buffer.concat(
    ['*6\r\n', ...['SCAN', cursor, 'MATCH', 'k:*', 'COUNT', '1000'].map(encodeBulk)].map((part) => Buffer.from(part)),
  );
}

interface Page {
  readonly cursor: string;
  readonly starts: readonly number[];
  readonly end: number;
}

function pageFrom(bytes: Buffer): Page | null {
  let at = 4;
  const number = (): number => {
    let value = 0;
    for (at += 1; at < bytes.length && bytes[at] !== 13; at++) value = value * 10 + (bytes[at] ?? 0) - 48;
    at += 2;
    return value;
  };
  const cursorBytes = number();
  const cursor = bytes.toString('latin1', at, at + cursorBytes);
  at += cursorBytes + 2;
  const starts: number[] = [];
  for (let count = number(); count > 0; count--) {
    if (at >= bytes.length) return null;
    starts.push(at);
    const length = number();
    at += length + 2;
  }
  return at > bytes.length ? null : { cursor, starts, end: at };
}

function requestFor(bytes: Buffer, { starts, end }: Page, { command, isTogether }: Type): Buffer {
  const [name = '', , ...args] = command;
  const head = Buffer.concat([Buffer.from(`*${command.length}\r\n`), encodeBulk(name)]);
  const tail = Buffer.concat(args.map(encodeBulk));
  if (isTogether === true) {
    const parts: Buffer[] = [];
    for (let from = 0; from < starts.length; from += 500) {
      const to = Math.min(from + 500, starts.length);
      parts.push(Buffer.from(`*${to - from + 1}\r\n`), encodeBulk(name), bytes.subarray(starts[from], starts[to] ?? end));
    }
    return Buffer.concat(parts);
  }
  const out = Buffer.allocUnsafe((head.length + tail.length) * starts.length + bytes.length);
  let to = 0;
  for (const [i, start] of starts.entries()) {
    const stop = starts[i + 1] ?? end;
    for (let k = 0; k < head.length; k++) out[to++] = head[k] ?? 0;
    for (let k = start; k < stop; k++) out[to++] = bytes[k] ?? 0;
    for (let k = 0; k < tail.length; k++) out[to++] = tail[k] ?? 0;
  }
  return out.subarray(0, to);
}

/** Runs the product's loop and takes its batches as fast as they come. */
async function runLoop(endpoint: Endpoint, source: SourceName, columns: readonly TableColumn[]): Promise<void> {
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
  const task: ScanTask = {
    source,
    server: 'default',
    access: { kind: 'scan', pattern: Buffer.from('k:*') },
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
  };
  const control = new SharedArrayBuffer(CONTROL.CELLS * 4);
  await runScan({ task, port: port2, control, counters: new SharedArrayBuffer(COUNTERS.length * 8) }, endpoint);
  await ended;
  if (rowCount !== ROWS) throw new Error(`${rowCount} rows of ${source}`);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

const redis = await startRedis({ modules: false });
const endpoint: Endpoint = {
  name: 'default',
  address: { host: '127.0.0.1', port: redis.port },
  tls: null,
  username: null,
  password: null,
  database: 0,
  connectTimeoutMs: 5000,
  replyTimeoutMs: 30_000,
};
try {
  for (const name of typesText.split(',')) {
    // A name that is none has no type.
    const source = name as SourceName;
    const type = TYPES[source];
    if (type === undefined) throw new Error(`no type ${name}`);
    await fill(redis, type);
    const floors: Measure[] = [];
    const loops: Measure[] = [];
    for (let round = 0; round < Number(roundsText); round++) {
      floors.push(await measure(redis, () => runFloor(redis.port, type)));
      loops.push(await measure(redis, () => runLoop(endpoint, source, type.columns)));
    }
    const floorMs = median(floors.map(({ ms }) => ms));
    const loopMs = median(loops.map(({ ms }) => ms));
    const ratios = floors.map(({ ms }, i) => (loops[i]?.ms ?? 0) / ms);
    console.log(
      JSON.stringify({
        source,
        floorMs: Math.round(floorMs),
        loopMs: Math.round(loopMs),
        medianOfRatios: Number(median(ratios).toFixed(3)),
        ratioOfBest: Number((Math.min(...loops.map(({ ms }) => ms)) / Math.min(...floors.map(({ ms }) => ms))).toFixed(3)),
        floorCpuMs: Math.round(median(floors.map(({ cpuMs }) => cpuMs))),
        loopCpuMs: Math.round(median(loops.map(({ cpuMs }) => cpuMs))),
        floorServerCpuMs: Math.round(median(floors.map((one) => one.serverCpuMs))),
        loopServerCpuMs: Math.round(median(loops.map((one) => one.serverCpuMs))),
      }),
    );
  }
} finally {
  await redis.stop();
}
process.exit(0);

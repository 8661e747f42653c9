/** Frames that no client would send: right ones with something wrong, from a seed. For fuzz.test.ts and scripts/fuzz-wire.ts. */
import * as client from './client-frames.ts';

export interface MangledFrame {
  readonly bytes: Buffer;
  /** Its type is known and its length right: what follows it must be understood. */
  readonly isInStep: boolean;
}

const CORPUS: readonly Buffer[] = [
  client.query('select 1'),
  client.query("select 'é😀', $$x$$; select 2;"),
  client.query(''),
  client.query('begin'),
  client.query('rollback'),
  client.parse('', 'select $1::int4', [23]),
  client.parse('s1', 'select $1, $2', [0, 25]),
  client.parse('s1', 'values (1), (2), (3)'),
  client.bind({ values: ['1'] }),
  client.bind({
    portal: 'p1',
    statement: 's1',
    parameterFormats: [0, 1],
    values: ['1', Buffer.from([0, 1, 255])],
    resultFormats: [1],
  }),
  client.bind({ statement: 's1', parameterFormats: [1], values: [null, Buffer.alloc(8)], resultFormats: [0, 1, 0] }),
  client.describe('S', 's1'),
  client.describe('P'),
  client.execute(),
  client.execute('p1', 2),
  client.close('S', 's1'),
  client.close('P', 'p1'),
  client.frame('H'),
  client.SYNC,
  client.frame('d', Buffer.from('1\t2\n')),
  client.frame('c'),
  client.frame('f', client.text('no')),
  client.frame('F', client.int32(1), client.int16(0, 1), client.int32(4, 7), client.int16(0)),
];

const STARTUPS: readonly Buffer[] = [
  client.startup({ user: 'fuzz', database: 'redis' }),
  client.startup({ user: 'fuzz', database: 'redis', options: '-c jit=off' }, 0x30002),
  client.startup({ user: 'fuzz', '_pq_.x': '1' }, 0x3270f),
  client.SSL_REQUEST,
  client.GSS_REQUEST,
  client.cancelRequest(1, Buffer.alloc(4)),
];

/** Numbers that counts and lengths break on. */
const EDGES: readonly number[] = [-1, 0, 1, 0x7f, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, -0x80000000, 3, 4, 10_001];
const HEADER_BYTES = 5;

/** A source of mangled frames; the same seed gives the same. */
export class Mangler {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to below `limit`. */
  below(limit: number): number {
    // Mulberry32.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) % limit;
  }

  /** A frame whose body is wrong in most cases, and whose type or length is only where `mayBreak`. */
  frame(mayBreak: boolean): MangledFrame {
    const sent = this.#pick(CORPUS);
    if (this.below(10) === 0) return { bytes: sent, isInStep: true };
    if (mayBreak && this.below(10) === 0) return { bytes: this.#mangled(sent), isInStep: false };
    const body = this.#mangled(sent.subarray(HEADER_BYTES));
    return { bytes: client.frame(sent.toString('latin1', 0, 1), body), isInStep: true };
  }

  /** Bytes in place of a startup message. */
  startup(): Buffer {
    const sent = this.#pick(STARTUPS);
    return this.below(3) === 0 ? this.#mangled(sent) : Buffer.concat([sent.subarray(0, 4), this.#mangled(sent.subarray(4))]);
  }

  /** The bytes in chunks as a network may cut them. */
  chunks(bytes: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 1 + this.below(this.below(4) === 0 ? 3 : 2000);
      chunks.push(bytes.subarray(at, end));
      at = end;
    }
    return chunks;
  }

  #pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)];
    if (value === undefined) throw new RangeError('nothing to choose from');
    return value;
  }

  #mangled(bytes: Buffer): Buffer {
    let mangled: Buffer = Buffer.from(bytes);
    for (let times = 1 + this.below(3); times > 0; times -= 1) mangled = this.#mangledOnce(mangled);
    return mangled;
  }

  #mangledOnce(bytes: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const end = Math.min(bytes.length, at + this.below(8));
    switch (this.below(7)) {
      case 0:
        return bytes.subarray(0, at);
      case 1:
        return Buffer.concat([bytes.subarray(0, at), this.#noise(), bytes.subarray(at)]);
      case 2:
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
      case 3:
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
      case 4:
        return this.#overwritten(bytes, at, client.int16(this.#pick(EDGES)));
      case 5:
        return this.#overwritten(bytes, at, client.int32(this.#pick(EDGES)));
      default:
        return this.#overwritten(bytes, at, Buffer.from([this.below(256)]));
    }
  }

  #overwritten(bytes: Buffer, at: number, value: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(0, at), value, bytes.subarray(at + value.length)]);
  }

  #noise(): Buffer {
    return Buffer.from(Array.from({ length: this.below(20) }, () => this.below(256)));
  }
}

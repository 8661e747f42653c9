import { describe, expect, it } from 'vitest';
import { encodeBulk, ReceiveBuffer, SearchReader } from '../../src/resp/index.ts';

const KEYS = ['user:1', 'user:22', '', 'user:\xe9\r\n$3\r\n', 'x'.repeat(120), 'user:333'];
const text = (bytes: Buffer): string => bytes.toString('latin1');
const bulk = (key: string): string => text(encodeBulk(Buffer.from(key, 'latin1')));
const searchRow = (key: string): string => `%2\r\n+id\r\n${bulk(key)}+values\r\n*0\r\n`;
const aggregateRow = (key: string): string => `%2\r\n+extra_attributes\r\n%1\r\n$5\r\n__key\r\n${bulk(key)}+values\r\n*0\r\n`;

function reply(rows: readonly string[], total = rows.length, warnings: readonly string[] = []): string {
  const warning = `*${warnings.length}\r\n${warnings.map((one) => `+${one}\r\n`).join('')}`;
  return (
    `%5\r\n+attributes\r\n*0\r\n+total_results\r\n:${total}\r\n+format\r\n+STRING\r\n` +
    `+results\r\n*${rows.length}\r\n${rows.join('')}+warning\r\n${warning}`
  );
}

interface Found {
  readonly keys: readonly string[];
  readonly cursor: string;
  readonly totalResults: number;
  readonly rowCount: number;
  readonly warnings: readonly string[];
  readonly error: string | null;
}

/** Reads one reply that comes in pieces. */
function readAll(pieces: readonly string[]): Found {
  const keys: string[] = [];
  const reader = new SearchReader((bytes, start, end) => void keys.push(bytes.toString('latin1', start, end)));
  const buffer = new ReceiveBuffer();
  let isWhole = false;
  for (const piece of pieces) {
    expect(isWhole).toBe(false);
    buffer.append(Buffer.from(piece, 'latin1'));
    isWhole = reader.read(buffer);
  }
  expect(isWhole).toBe(true);
  expect(buffer.start).toBe(buffer.end);
  const { cursor, totalResults, rowCount, warnings, error } = reader;
  return { keys, cursor, totalResults, rowCount, warnings: [...warnings], error };
}

const REPLIES: readonly (readonly [what: string, bytes: string, found: Partial<Found>])[] = [
  ['a search', reply(KEYS.map(searchRow), 9), { keys: KEYS, cursor: '0', totalResults: 9, rowCount: 6 }],
  ['a cursor', `*2\r\n${reply(KEYS.map(aggregateRow), 1)}:996293490\r\n`, { keys: KEYS, cursor: '996293490', rowCount: 6 }],
  ['no row', reply([], 0), { keys: [], totalResults: 0, rowCount: 0 }],
  ['warnings', reply([searchRow('a')], 7, ['Timeout limit was reached', 'x']), { warnings: ['Timeout limit was reached', 'x'] }],
  ['rows that are null', reply([searchRow('a'), '_\r\n', searchRow('b')], 3), { keys: ['a', 'b'], rowCount: 3 }],
  [
    'rows without a key, with more beside it, in another order',
    reply([searchRow('a'), '%2\r\n+extra_attributes\r\n%0\r\n+values\r\n*0\r\n', '%1\r\n$2\r\nid\r\n$1\r\nb\r\n']),
    { keys: ['a', 'b'], rowCount: 3 },
  ],
  [
    'values that look like keys',
    reply([`%2\r\n+extra_attributes\r\n%2\r\n$2\r\nid\r\n$1\r\nx\r\n$5\r\n__key\r\n$1\r\nk\r\n+values\r\n*1\r\n$2\r\nid\r\n`]),
    { keys: ['k'], rowCount: 1 },
  ],
  ['a refusal', '-nope: no such index\r\n', { error: 'nope: no such index', keys: [] }],
  ['an error beside rows', `*2\r\n${reply([aggregateRow('a')])}-lost\r\n`, { warnings: ['lost'], keys: ['a'] }],
  ['a word', '+OK\r\n', { error: null, keys: [] }],
];

describe('SearchReader', () => {
  it.each(REPLIES)('reads %s, whole and cut at every byte', (_, bytes, found) => {
    const whole = readAll([bytes]);
    expect(whole).toMatchObject(found);
    for (let cut = 1; cut < bytes.length; cut++) expect(readAll([bytes.slice(0, cut), bytes.slice(cut)])).toEqual(whole);
    expect(readAll([...bytes])).toEqual(whole);
  });

  it('begins anew with each reply', () => {
    const keys: string[] = [];
    const reader = new SearchReader((bytes, start, end) => void keys.push(bytes.toString('latin1', start, end)));
    const buffer = new ReceiveBuffer();
    buffer.append(Buffer.from(`*2\r\n${reply([aggregateRow('a')], 1, ['w'])}:7\r\n*2\r\n${reply([aggregateRow('b')])}:0\r\n`));
    expect(reader.read(buffer)).toBe(true);
    expect([reader.cursor, reader.warnings.length, reader.rowCount]).toEqual(['7', 1, 1]);
    expect(reader.read(buffer)).toBe(true);
    expect([reader.cursor, reader.warnings.length, reader.rowCount]).toEqual(['0', 0, 1]);
    expect(keys).toEqual(['a', 'b']);
  });

  it.each([
    ['a length that is no number', reply([searchRow('a')]).replace('$1', '$x')],
    ['a length beyond reason', reply([searchRow('a')]).replace('$1', '$9999999999')],
    ['a line without an end', `+${'x'.repeat(70_000)}`],
    ['depth beyond reason', '*1\r\n'.repeat(40)],
  ])('refuses %s', (_, bytes) => {
    expect(() => readAll([bytes])).toThrow(expect.objectContaining({ code: 'RQ_PROTOCOL' }));
  });
});

import { describe, expect, it } from 'vitest';
import { displayWidth, paletteOf } from '../../../src/output/index.ts';
import { percentText } from '../../../src/repl/keyspace/draw-map.ts';
import { type MapTextOptions, mapText } from '../../../src/repl/keyspace/map-text.ts';
import { type KeyFacts, type KeySample, UNKNOWN_TYPE } from '../../../src/repl/keyspace/sample.ts';
import { goldenText } from '../../support/golden-file.ts';

const NEVER = Number.POSITIVE_INFINITY;

function many(
  count: number,
  keyOf: (n: number) => string,
  type: string,
  bytes: number | null,
  ttlOf: (n: number) => number | null,
): KeyFacts[] {
  return Array.from({ length: count }, (_, n) => {
    const key = keyOf(n);
    return { key, raw: Buffer.from(key), type, bytes, ttlSeconds: ttlOf(n) };
  });
}

const KEYS = [
  ...many(
    1_200,
    (n) => `user:${n}`,
    'hash',
    160,
    () => NEVER,
  ),
  ...many(
    300,
    (n) => `user:${n}:cart`,
    'list',
    90,
    (n) => (n % 4 === 0 ? NEVER : 3_000),
  ),
  ...many(
    330,
    (n) => `session:${(n + 1e9).toString(16)}`,
    'string',
    80,
    (n) => 10 ** (n % 8),
  ),
  ...many(
    150,
    (n) => `shop:order:${n}`,
    'ReJSON-RL',
    4_000,
    () => NEVER,
  ),
  ...many(
    10,
    (n) => `shop:item:${n}`,
    'ReJSON-RL',
    900,
    () => NEVER,
  ),
  ...many(
    8,
    (n) => `log/${n}/events`,
    'stream',
    50_000,
    () => 86_000,
  ),
  ...many(
    1,
    () => 'a\u001b]0;title\u0007',
    'string',
    60,
    () => NEVER,
  ),
  ...many(
    1,
    () => `long:${'name'.repeat(60)}`,
    'set',
    60,
    () => NEVER,
  ),
];

const PART: KeySample = {
  keys: KEYS,
  visitedKeys: 2_000,
  databaseKeys: 4_012_345,
  isWhole: false,
  stop: '2,000 keys were looked at',
};
const WHOLE: KeySample = { ...PART, databaseKeys: 2_000, isWhole: true, stop: null };

function options(more: Partial<MapTextOptions> = {}): MapTextOptions {
  const usual = { place: '127.0.0.1:6379', pattern: '*', elapsedMs: 310, columns: 80, rows: 24 };
  return { ...usual, palette: paletteOf(false), known: [], ...more };
}

describe('mapText', () => {
  it.each([
    ['80', PART, {}],
    ['60', PART, { columns: 60, rows: 20 }],
    ['160', PART, { columns: 160, rows: 50 }],
    ['whole', WHOLE, {}],
    ['pattern', { ...PART, visitedKeys: 9_000 }, { pattern: 'user:*' }],
    ['short', PART, { rows: 14 }],
  ])('draws the map: %s', (name, sample, more) => {
    const { text } = mapText(sample, options(more));
    expect(text).toBe(goldenText(`repl/key-map-${name}.txt`, text));
  });

  it.each([20, 40, 60, 80, 100, 160, 300])('stays within %d columns, dark or light, with colours or without', (columns) => {
    const plain = mapText(PART, options({ columns })).text;
    // Statements are never cut: the terminal itself breaks what is longer than a line.
    const lines = plain.split('\n').filter((line) => !/^(?:\d CREATE| +FROM) /.test(line));
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(Math.max(columns, 40));
    const coloured = mapText(PART, options({ columns, palette: paletteOf(true) })).text;
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[\d*m/g, '').replaceAll(/ +$/gm, '')).toBe(plain);
  });

  it.each([30, 60, 160])('shows every statement whole in %d columns', (columns) => {
    const { text, views } = mapText(PART, options({ columns, rows: 100 }));
    expect(views.length).toBe(7);
    const joined = text.replaceAll(/\n +FROM/g, ' FROM');
    for (const [at, view] of views.entries()) expect(joined).toContain(`${at + 1} ${view}\n`);
  });

  it('says what was looked at also where that needs two lines', () => {
    const { text } = mapText(WHOLE, options({ columns: 40 }));
    expect(text.split('\n\n')[0]?.replaceAll(/\s+/g, ' ')).toBe('127.0.0.1:6379 · 2,000 keys · all looked at in 310 ms');
  });

  it('tells which columns the window has no room for, and explains those that it shows', () => {
    expect(mapText(PART, options({ columns: 60 })).text).toContain('\na wider window shows a key, TTL, never, too\n');
    expect(mapText(PART, options({ columns: 60 })).text).not.toContain('TTL: under');
    const wide = mapText(PART, options({ columns: 160 })).text;
    expect(wide).not.toContain('a wider window');
    expect(wide).toContain('\nTTL: under 1 min');
    const thin = { ...WHOLE, keys: WHOLE.keys.map((key) => ({ ...key, bytes: null })) };
    expect(mapText(thin, options({ columns: 60 })).text).toContain('\nTTL: under 1 min');
  });

  it.each([12, 14, 20, 24, 50, 100])('fits a window of %d lines, the prompt with it', (rows) => {
    for (const columns of [60, 80]) {
      const lines = mapText(PART, options({ rows, columns })).text.split('\n');
      expect(lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0)).toBeLessThan(rows);
    }
  });

  it('defuses keys that would command the terminal', () => {
    const keys = [
      ...KEYS,
      ...many(
        50,
        (n) => `evil\u202e:${n}`,
        'string',
        null,
        () => null,
      ),
    ];
    const { text } = mapText({ ...PART, keys }, options({ rows: 100 }));
    expect(text).toContain('evil\\u202e:{id}');
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  it('shows everything where nobody looks at a window', () => {
    const { text, views } = mapText(PART, options({ rows: NEVER }));
    expect(text).not.toContain('more shape');
    for (const view of views) expect(text.replaceAll(/\n +FROM/g, ' FROM')).toContain(view);
  });

  it('says what is not known', () => {
    const thin: KeySample = {
      ...PART,
      databaseKeys: null,
      keys: KEYS.map((key) => ({ ...key, type: UNKNOWN_TYPE, bytes: null, ttlSeconds: null })),
    };
    const { text, views } = mapText(thin, options());
    expect(text).toContain('127.0.0.1:6379 · size unknown · sampled 2,000 in 310 ms');
    expect(text.split('\n')[2]).toMatch(/^share +pattern +type +seen$/);
    expect(views).toEqual([]);
  });
});

describe('percentText', () => {
  it.each([
    [0, '0%'],
    [1, '100%'],
    [0.9999, '100%'],
    [0.998, '99%'],
    [0.61, '61%'],
    [0.0994, '9.9%'],
    [0.0996, '10%'],
    [0.001, '0.1%'],
    [0.0001, '<0.1%'],
  ])('writes %d', (share, text) => {
    expect(percentText(share)).toBe(text);
  });
});

/**
 * The values of each kind of column: many spellings of one value, neighbours at the limits of doubles and integers, and texts
 * that a search index folds, splits, trims or cuts. Each comes with the literal that SQL writes for it.
 */
import type { Random } from '../random.ts';
import type { ColumnKind, Sample } from './words.ts';

export interface Kind {
  readonly type: string;
  sample(random: Random): Sample;
  /** Texts that do not parse as the type; none where everything does. */
  readonly bad: readonly string[];
  /** Constants of another type, or at the edge, as SQL writes them. */
  readonly odd: readonly string[];
  readonly family: 'text' | 'number' | 'boolean' | 'time';
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Texts that a TAG takes for each other, or that have a meaning in a query. */
const WORDS = [
  ...['paris', 'Paris', 'PARIS', 'paris ', ' paris', 'par', 'a', 'A', 'b', 'a,b', 'b,a', 'a|b', 'A,B', 'a, b', ',', 'a,'],
  ...['zoë', 'Zoë', 'ZOË', 'zoe', 'straße', 'STRASSE', 'İ', 'i', '😀', '😀😁', 'a😀', '日本', 'é', 'e\u0301'],
  ...["it's", 'x"y', 'back\\slash', '{curly}', '@w:{a}', '*', '%', '_', '-neg', 'foo bar', 'foo  bar', 'a-b', 'a.b', 'a:b'],
  ...[
    '$p',
    '(a|b)',
    '~a',
    'a\tb',
    'a\nb',
    '',
    ' ',
    'true',
    'yes',
    '7',
    '007',
    'the',
    'and',
    'null',
    'NULL',
    '[1 2]',
    'a;b',
    'a/b',
    'a?b',
  ],
  ...['C:\\.config', '\\\\srv\\x', 'a\\,b', 'a\\-b', 'a\\\\b', 'a\\', 'a\\\\', '\\', '\\\\', 'a\\ b'],
  ...['x'.repeat(4095) + 'a', 'x'.repeat(4095) + 'b', 'x'.repeat(4096) + 'a', 'x'.repeat(4096) + 'b'],
];
/** So many at the front are one tag to some index. */
const ALIKE = 16;
const LETTERS = ['a', 'b', 'A', 'e', 'é', 'n', '1'];

const TWO_53 = 2n ** 53n;
const TWO_63 = 2n ** 63n;
const WIDE = [
  ...[TWO_53 - 1n, TWO_53, TWO_53, TWO_53 + 1n, TWO_53 + 1n, TWO_53 + 2n, TWO_53 + 3n, -TWO_53 - 1n, -TWO_53],
  ...[0n, 1n, TWO_63 - 1n, TWO_63 - 2n, -TWO_63, 10n ** 12n + 1n],
];
const BAD_INTEGERS = [
  '+7',
  '1e3',
  '0x10',
  'inf',
  'abc',
  '',
  ' 1',
  '1 ',
  '1.5',
  '99999999999999999999999999999999999999999',
  'nan',
  '1,000',
];
const BAD_TIMES = ['', 'yesterday', '2024-02-30', '2024-1-5', '1.5', ' 2024-01-01'];
const ODD_NUMBERS = [
  '1.5',
  '7.0',
  "'7'",
  '7::DOUBLE',
  '7.25::DECIMAL(10,2)',
  '-1e3',
  '9007199254740993',
  '9007199254740993::DOUBLE',
  '0.1',
  '2.5::FLOAT',
  '12::UTINYINT',
];
const ODD_TIMES = [
  "'2024-01-02'",
  "DATE '2024-03-01'",
  "TIMESTAMP '2024-01-02 12:00:00'",
  "now()::TIMESTAMP - INTERVAL '700 days'",
  "DATE '2024-01-01' + INTERVAL 5 DAY",
];
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2024, 0, 1);

/** Leading zeros are taken by every number. */
function spelled(random: Random, digits: string): string {
  if (!random.percent(15)) return digits;
  if (digits === '0') return random.pick(['0', '-0', '00', '000']);
  return digits.startsWith('-') ? `-00${digits.slice(1)}` : `00${digits}`;
}

function integer(random: Random, value: bigint): Sample {
  return { text: spelled(random, String(value)), literal: String(value) };
}

function decimal(random: Random, places: number, most: number): Sample {
  const unscaled = BigInt(random.int(-most, most));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(places + 1, '0');
  const plain = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -places)}.${digits.slice(-places)}`;
  const text = random.weighted([
    [6, plain],
    [1, `${plain}000`],
    [1, plain.replace(/^(-?)0\./, '$1.')],
    [1, plain.replace(/\.?0+$/, '')],
  ]);
  return { text, literal: plain };
}

function real(random: Random): Sample {
  const quarter = random.int(-400, 4000) / 4;
  const plain = String(quarter);
  const whole = Number.isInteger(quarter);
  const text = random.weighted([
    [6, plain],
    [1, `${plain}${whole ? '.0' : '0'}`],
    [1, quarter.toExponential()],
    [1, plain.replace(/^(-?)0\./, '$1.')],
    [1, whole ? `${plain}.` : plain],
    [1, whole ? spelled(random, plain) : plain],
  ]);
  return { text, literal: `${plain}::DOUBLE` };
}

function wild(random: Random): Sample {
  const text = random.percent(1)
    ? 'NaN'
    : random.pick([
        'inf',
        '-inf',
        'Infinity',
        '5e-324',
        '1e300',
        '-1e300',
        '0.1',
        '0.30000000000000004',
        '0.3',
        '9007199254740993',
        '9007199254740992',
        '123456789.123456789',
        '123456789.12345',
        '1e-7',
        '-0',
        '0',
        '1234567890123',
        '1234567890124',
      ]);
  return { text, literal: `'${text}'::DOUBLE` };
}

function flag(random: Random): Sample {
  const isTrue = random.percent(50);
  return {
    text: random.pick(isTrue ? ['true', 'TRUE', 't', 'yes', 'Yes', 'y', '1'] : ['false', 'F', 'no', 'NO', 'n', '0']),
    literal: String(isTrue),
  };
}

function day(random: Random): Sample {
  const text = new Date(START_MS + random.int(0, 90) * DAY_MS).toISOString().slice(0, 10);
  return { text, literal: `DATE '${text}'` };
}

/** A moment of early 2024, most often at midnight or noon, so that days and moments meet. */
function momentMs(random: Random): number {
  const within = random.weighted([
    [3, 0],
    [2, DAY_MS / 2],
    [3, random.int(0, DAY_MS / 1000 - 1) * 1000],
  ]);
  return START_MS + random.int(0, 60) * DAY_MS + within;
}

const plainTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function at(random: Random): Sample {
  const ms = momentMs(random);
  const iso = new Date(ms).toISOString();
  const text = random.pick([
    plainTime(ms),
    iso,
    iso.replace('Z', '+00:00'),
    String(ms),
    String(ms / 1000),
    String(ms * 1000),
    plainTime(ms).slice(0, 16) === plainTime(ms) ? iso : `${plainTime(ms)}.000`,
  ]);
  return { text, literal: `TIMESTAMP '${plainTime(ms)}'` };
}

function epoch(type: string, perMs: number): (random: Random) => Sample {
  return (random) => {
    const ms = momentMs(random);
    // Seconds of long ago in milliseconds are below 10^10, as are those before 1970.
    const moved = random.percent(10) ? ms - 60 * 365 * DAY_MS : ms;
    const own = random.percent(60) ? `TIMESTAMP_${perMs === 1 ? 'MS' : 'S'}` : type;
    return { text: String(moved * perMs), literal: `${own} '${plainTime(moved)}'` };
  };
}

function zoned(random: Random): Sample {
  const ms = momentMs(random);
  const shifted = new Date(ms + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
  return {
    text: random.pick([shifted, new Date(ms).toISOString(), plainTime(ms)]),
    literal: `TIMESTAMPTZ '${plainTime(ms)}+00'`,
  };
}

const number = (type: string, sample: Kind['sample'], bad: readonly string[]): Kind => ({
  type,
  sample,
  bad,
  odd: ODD_NUMBERS,
  family: 'number',
});
const time = (type: string, sample: Kind['sample']): Kind => ({ type, sample, bad: BAD_TIMES, odd: ODD_TIMES, family: 'time' });
const text = (sample: Kind['sample']): Kind => ({
  type: 'VARCHAR',
  sample,
  bad: [],
  odd: ["''", "'a' || 'b'", "upper('paris')", "'7'"],
  family: 'text',
});

/** Half of the columns of words hold those that are easily taken for each other. */
export function alikeWord(random: Random): Sample {
  return textSample(random.pick(WORDS.slice(0, ALIKE)));
}

export const KINDS: Readonly<Record<ColumnKind, Kind>> = {
  word: text((random) => textSample(random.pick(WORDS))),
  name: text((random) => textSample(Array.from({ length: random.int(1, 4) }, () => random.pick(LETTERS)).join(''))),
  small: number('BIGINT', (random) => integer(random, BigInt(random.int(-20, 40))), BAD_INTEGERS),
  wide: number('BIGINT', (random) => integer(random, random.pick(WIDE)), BAD_INTEGERS),
  int: number(
    'INTEGER',
    (random) => integer(random, BigInt(random.pick([-(2 ** 31), -1, 0, 1, 7, 18, 30, 31, 2 ** 31 - 1]))),
    BAD_INTEGERS,
  ),
  huge: number(
    'HUGEINT',
    (random) => integer(random, random.pick([...WIDE, 2n ** 64n, 2n ** 64n + 1n, 2n ** 100n])),
    BAD_INTEGERS,
  ),
  money: number('DECIMAL(10,2)', (random) => decimal(random, 2, 9999), ['1.005', '1e1', '+1', '', 'abc', '123456789.00']),
  deep: number('DECIMAL(24,8)', (random) => decimal(random, 8, Number.MAX_SAFE_INTEGER), ['1e1', '+1', '', '1.123456789']),
  real: number('DOUBLE', real, ['+1', '0x10', '', 'abc', ' 1.5', '1e400']),
  wild: number('DOUBLE', wild, ['+1', '0x10', '', 'abc', '1e400']),
  flag: { type: 'BOOLEAN', sample: flag, bad: ['', 'on', '2', ' true'], odd: [], family: 'boolean' },
  day: time('DATE', day),
  at: time('TIMESTAMP', at),
  ms: time('TIMESTAMP_MS', epoch('TIMESTAMP', 1)),
  sec: time('TIMESTAMP_S', epoch('TIMESTAMP', 0.001)),
  zoned: time('TIMESTAMPTZ', zoned),
  place: number('BIGINT', place, []),
  score: number('DOUBLE', score, []),
  entryId: text(entryId),
  entryTime: time('TIMESTAMPTZ', entryTime),
};

/** A position or a rank. */
function place(random: Random): Sample {
  const text = String(random.int(0, 12));
  return { text, literal: text };
}

function score(random: Random): Sample {
  const text = random.pick(['inf', '-inf', '0', '-1.5', '0.1', '0.25', '1', '2', '2.5', '3', '1e300', '9007199254740993', '100']);
  return { text, literal: `'${text}'::DOUBLE` };
}

function entryTimeMs(random: Random): number {
  return START_MS + random.int(0, 5) * 1000 + random.int(0, 3);
}

function entryId(random: Random): Sample {
  const text = `${entryTimeMs(random)}-${random.pick([0, 1, 2, 10])}`;
  return { text, literal: quoted(text) };
}

function entryTime(random: Random): Sample {
  const ms = entryTimeMs(random);
  const micros = random.percent(15) ? '500' : '';
  return { text: String(ms), literal: `TIMESTAMPTZ '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}${micros}+00'` };
}

function textSample(value: string): Sample {
  return { text: value, literal: quoted(value) };
}

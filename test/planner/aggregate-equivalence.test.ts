/** As aggregates.test.ts, with statements by a seeded generator: whatever is rewritten gives the original's rows, names and types. */
import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteOfText, runAnswered } from '../support/answered-blocks.ts';
import { PlanningDuckDb, type Row } from '../support/planning-duckdb.ts';

const STATEMENTS = Number(process.env['PLANNER_STATEMENTS'] ?? 150);

/** mulberry32 */
function randomFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

const random = randomFrom(20_261_122);

function pick(items: readonly string[]): string {
  return items[random(items.length)] ?? '';
}

function several(items: readonly string[], most: number): string[] {
  return items.filter(() => random(items.length) < most);
}

function rowsOf(pattern: string): readonly Row[] {
  const at = randomFrom(pattern.length);
  return Array.from({ length: 40 }, (_, i): Row => {
    const orNull = <T>(value: T): T | null => (at(6) === 0 ? null : value);
    return [
      `${pattern}${i}`,
      orNull(['ann', 'bob', 'Bob', ''][at(4)] ?? ''),
      orNull(BigInt(at(7))),
      orNull(at(8) / 4),
      orNull(at(2) === 0),
      orNull(BigInt(at(3))),
      orNull(BigInt(at(400))),
      orNull(BigInt(at(500)) * 60_000_000n),
      orNull(BigInt(at(500)) * 60_000_000n),
    ];
  });
}

const CONDITIONS = [
  'age > 2',
  "name <> 'bob'",
  'active',
  'age IN (1, 2, 5)',
  'score IS NOT NULL',
  'price < 3.005',
  "name LIKE 'b%'",
];
const AGGREGATES = 'count(*) count(age) count(DISTINCT name) sum(age) avg(score) min(name) max(price) sum(price) max(seen)'
  .replaceAll('DISTINCT ', 'DISTINCT_')
  .split(' ')
  .map((text) => text.replace('_', ' '));

/** The call, or one seen through subqueries that filter, cut or swap its columns. */
function source(level = 0): string {
  const call = `redis_hash('${pick(['a:*', 'b:*'])}')`;
  if (random(2) === 0 || level > 2) return call;
  const below = source(level + 1);
  const items = pick([
    '*',
    '*',
    'age, name, active, score, price, seen',
    'age, name, active, price AS score, score AS price, seen',
  ]);
  const where = random(2) === 0 ? '' : ` WHERE ${pick(CONDITIONS)}`;
  return `(${random(6) === 0 ? 'SELECT DISTINCT' : 'SELECT'} ${items} FROM ${below}${where})`;
}

/** A grouped SELECT whose items all have names, or none where `isNamed` is false. */
function grouped(isNamed: boolean): string {
  const groups = several(['age', 'name', 'active', "time_bucket(INTERVAL '30 minutes', seen)"], 1.4);
  const items = [...groups, ...several(AGGREGATES, 3), pick([...AGGREGATES, 'sum(age) / count(*)', 'coalesce(max(age), 0) + 1'])];
  const named = items.map((item, i) => (isNamed ? `${item} AS c${i}` : item));
  const where = random(2) === 0 ? '' : ` WHERE ${several(CONDITIONS, 2).join(pick([' AND ', ' OR '])) || 'age < 6'}`;
  const positions = groups.map((_, i) => String(i + 1)).join();
  const by = groups.length === 0 ? '' : ` GROUP BY ${pick([positions, groups.join(), 'ALL'])}`;
  const having = random(3) === 0 ? ` HAVING ${pick(['count(*) > 1', 'max(age) IS NOT NULL', 'sum(age) > count(*)'])}` : '';
  const order = random(2) === 0 ? '' : ` ORDER BY ALL${random(2) === 0 ? '' : ` LIMIT ${1 + random(5)}`}`;
  return `SELECT ${named.join(', ')} FROM ${source()}${where}${by}${having}${order}`;
}

function statement(): string {
  const [one, two] = [grouped(true), grouped(true)];
  switch (random(7)) {
    case 0:
      return `SELECT * FROM (${one}) x WHERE c0 IS NOT NULL`;
    case 1:
      return `WITH x AS (${one}), y AS (${two}) SELECT x.c0, y.c0 AS d FROM x, y`;
    case 2:
      return `SELECT count(*), max(c0::VARCHAR) FROM (${one})`;
    case 3:
      return `SELECT c0::VARCHAR AS a FROM (${one}) UNION ALL SELECT c0::VARCHAR FROM (${two})`;
    case 4:
      return `SELECT u.name, x.* FROM redis_hash('b:*') u LEFT JOIN (${one}) x ON u.age::VARCHAR = x.c0::VARCHAR WHERE u.age > 1`;
    default:
      return grouped(random(2) === 0);
  }
}

describe('a rewritten statement', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open(rowsOf);
  });

  it('answers as the original does', async () => {
    const failures: string[] = [];
    let tag = 0;
    let done = 0;
    for (let i = 0; i < STATEMENTS; i++) {
      const text = statement();
      const want = await duckdb.run(text);
      const { reading, rewrite } = await rewriteOfText(duckdb, text, () => ++tag);
      if (rewrite.astJson === null) continue;
      done++;
      const got = await runAnswered(duckdb, reading.blocks, rewrite.astJson).catch(String);
      const sorted = typeof got === 'string' ? got : { ...got, rows: got.rows.toSorted() };
      if (JSON.stringify(sorted) !== JSON.stringify({ ...want, rows: want.rows.toSorted() })) failures.push(text);
    }
    expect(failures).toEqual([]);
    expect(done).toBeGreaterThan(STATEMENTS * 0.6);
  }, 120_000);
});

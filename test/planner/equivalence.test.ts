/**
 * The one promise of the planner: a statement's answer is the same when every scan drops the rows that its pushed filter
 * surely does not select. Statements are made by a seeded generator; views, CTEs and self-joins share patterns on purpose.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { tagScans } from '../../src/sql/index.ts';
import { PlanningDuckDb, type Row } from '../support/planning-duckdb.ts';

const STATEMENTS = Number(process.env['PLANNER_STATEMENTS'] ?? 320);
const SEED = 20_261_121;

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** mulberry32 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }
}

const NAMES = ['ann', 'bob', 'Bob', 'al', 'alice', 'élan', '', 'a%b', 'b\\%x', '😀'];

function rowsOf(pattern: string): readonly Row[] {
  const random = new Random([...pattern].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7));
  return Array.from({ length: 36 }, (_, i): Row => {
    const orNull = <T>(value: T): T | null => (random.chance(0.15) ? null : value);
    return [
      `${pattern.replace('*', '')}${i}`,
      orNull(random.pick(NAMES)),
      orNull(random.chance(0.05) ? 9_007_199_254_740_993n : BigInt(random.below(12) - 2)),
      orNull(random.pick([0, -0, 0.1, 1.5, 2, NaN, Infinity, -Infinity, 1e300])),
      orNull(random.chance(0.5)),
      orNull(BigInt(18_000 + random.below(20))),
      orNull(BigInt(random.below(2000)) - 500n),
      orNull(BigInt(random.below(9)) * 43_200_000_000n),
      orNull(BigInt(random.below(9)) * 43_200_000_000n + BigInt(random.below(2))),
    ];
  });
}

const SOURCES = [
  "redis_hash('a:*')",
  "redis_hash('a:*')",
  "redis_hash('b:*')",
  'users',
  'grown',
  "redis_hash('a:*', batch_size => 7)",
];

function atom(r: Random, t: string): string {
  const name = `'${r.pick(NAMES).replaceAll("'", "''")}'`;
  const age = String(r.below(12) - 2);
  const op = r.pick(['=', '<>', '<', '<=', '>', '>=', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);
  const score = r.pick(['0', '-0.0', '0.1', '1.5', "'nan'::DOUBLE", "'inf'::DOUBLE", '1e300', 'NULL']);
  return r.pick([
    `${t}.age ${op} ${age}`,
    `${t}.age ${op} ${age}`,
    `${age} ${op} ${t}.age + 1`,
    `${t}.score ${op} ${score}::DOUBLE`,
    `${t}.name ${op} ${name}`,
    `${t}.name LIKE ${name} || '%'`,
    `${t}.name LIKE '${r.pick(['a', 'al', 'b\\', 'B', '_l', 'a%'])}${r.pick(['%', '_', '%e', '\\%%'])}'`,
    `starts_with(${t}.name, 'a')`,
    `${t}._key LIKE '%:1%'`,
    `${t}._key IN ('a:1', 'a:2', 'b:3', 'a:${r.below(40)}')`,
    `${t}.age IN (1, ${age}, ${r.pick(['NULL', '3', `${t}.age`])})`,
    `${t}.age NOT IN (1, ${age}, ${r.pick(['NULL', '3'])})`,
    `${t}.age IN [1, ${age}, ${r.pick(['NULL', '3'])}]`,
    `${t}.age BETWEEN ${age} AND ${age} + 4`,
    `${t}.name IS ${r.pick(['', 'NOT '])}NULL`,
    `${t}.active`,
    `NOT ${t}.active`,
    `${t}.active IS NOT TRUE`,
    `${t}.born >= DATE '2019-04-20'`,
    `${t}.born < now()::DATE`,
    `${t}.price > ${age}.5`,
    `${t}.age ${op} ${age}.0`,
    `${t}.age ${op} ${age}.5`,
    `${t}.age ${op} ${age}.5::DOUBLE`,
    `${t}.age ${op} 9007199254740992::DOUBLE`,
    `${t}.age ${r.pick(['', 'NOT '])}IN (1.0, 2.5, ${age}.0)`,
    `${t}.price ${op} ${age}.12501`,
    `${t}.made ${op} TIMESTAMPTZ '1970-01-02 12:00:00+00'`,
    `${t}.seen::DATE ${op} DATE '1970-01-02'`,
    `${t}.age > 9007199254740992`,
    `length(${t}.name) ${op} 3`,
    `COALESCE(${t}.age, 5) > ${age}`,
    `${t}.name SIMILAR TO 'ann|bob'`,
    `${t}.name COLLATE NOCASE = 'bob'`,
    `(${t}.age = ${age}) = ${t}.active`,
  ]);
}

function condition(r: Random, tables: readonly string[], depth = 0): string {
  if (depth > 2 || r.chance(0.4)) return atom(r, r.pick(tables));
  const parts = Array.from({ length: 2 + r.below(2) }, () => condition(r, tables, depth + 1));
  const joined = `(${parts.join(r.chance(0.5) ? ' AND ' : ' OR ')})`;
  return r.chance(0.2) ? `NOT ${joined}` : joined;
}

function block(r: Random, depth: number): string {
  const shape = r.below(14);
  const [s, s2] = [r.pick(SOURCES), r.pick(SOURCES)];
  const one = (): string => condition(r, ['t']);
  const both = (): string => condition(r, ['t', 'u']);
  const nested = (): string =>
    depth > 1 ? `SELECT _key, name, age, score, active, born, price FROM ${s2}` : block(r, depth + 1);
  const columns = 't._key, t.name, t.age, t.score, t.active, t.born, t.price';
  switch (shape) {
    case 0:
    case 1:
      return `SELECT ${columns} FROM ${s} t WHERE ${one()}`;
    case 2:
      return `SELECT ${columns} FROM ${s} t ${r.pick(['', 'LEFT ', 'RIGHT ', 'FULL ', 'SEMI ', 'ANTI '])}JOIN ${s2} u ON t.age = u.age AND ${both()}`;
    case 3:
      return `SELECT ${columns} FROM ${s} t ${r.pick(['', 'LEFT ', 'FULL '])}JOIN ${s2} u ON t.age = u.age WHERE ${both()}`;
    case 4:
      return `SELECT ${columns} FROM ${s} t WHERE ${one()} AND t.age ${r.pick(['', 'NOT '])}IN (SELECT u.age FROM ${s2} u WHERE ${condition(r, ['u'])})`;
    case 5:
      return `SELECT ${columns} FROM ${s} t WHERE ${one()} AND ${r.pick(['', 'NOT '])}EXISTS (SELECT 1 FROM ${s2} u WHERE u.name = t.name AND ${both()})`;
    case 6:
      return `SELECT ${columns} FROM (${nested()}) t WHERE ${one()}`;
    case 7:
      return `SELECT ${columns} FROM ${s} t WHERE ${one()} UNION ${r.pick(['', 'ALL '])}SELECT ${columns} FROM (${nested()}) t WHERE ${one()}`;
    case 8:
      return `WITH c AS ${r.pick(['', 'MATERIALIZED ', 'NOT MATERIALIZED '])}(${nested()}) SELECT ${columns} FROM c t JOIN c u ON t.name = u.name AND t._key <= u._key WHERE ${both()}`;
    case 9:
      return `SELECT ${columns} FROM (SELECT *, count(*) OVER (PARTITION BY name) w FROM ${s}) t WHERE ${one()} AND t.w > 1`;
    case 10:
      return `SELECT max(t._key) _key, t.name, count(*) age, sum(t.age)::DOUBLE score, bool_or(t.active) active, min(t.born) born, max(t.price) price FROM (${nested()}) t WHERE ${one()} GROUP BY t.name HAVING count(*) > 1`;
    case 11: {
      // All that is shown is ordered by: ties are equal rows.
      const order = ['t.age', 't.name', 't.price', 't.score'].map(
        (key) => `${key}${r.pick(['', ' DESC'])}${r.pick(['', ' NULLS FIRST'])}`,
      );
      const where = r.pick(['', `WHERE ${one()}`]);
      return `SELECT NULL AS _key, t.name, t.age, t.score, NULL AS active, NULL AS born, t.price FROM ${s} t ${where} ORDER BY ${order.join()} LIMIT ${r.below(12)} OFFSET ${r.below(4)}`;
    }
    case 12:
      return `SELECT count(*)::VARCHAR AS _key, NULL AS name, NULL AS age, NULL AS score, NULL AS active, NULL AS born, NULL AS price FROM (SELECT * FROM ${s} t WHERE ${one()} LIMIT ${r.below(9)})`;
    default:
      return `SELECT ${columns} FROM ${s} t WHERE ${one()} AND t.score > (SELECT min(u.score) FROM ${s2} u WHERE u.age = t.age AND ${condition(r, ['u'])})`;
  }
}

describe('pushed filters', () => {
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open(rowsOf);
    await duckdb.connection.run("CREATE VIEW users AS FROM redis_hash('a:*')");
    await duckdb.connection.run("CREATE VIEW grown AS SELECT * FROM redis_hash('a:*') WHERE age >= 3");
  });

  it('change no answer, tagged or not', async () => {
    const random = new Random(SEED);
    const failures: string[] = [];
    let compared = 0;
    let sharpened = 0;
    for (let i = 0; i < STATEMENTS; i++) {
      const text = block(random, 0);
      const want = await sorted(duckdb, text, false);
      if (want === null) continue;
      let tag = i * 100;
      const tagged = tagScans(text, () => ++tag).text;
      duckdb.droppedRows = 0;
      for (const variant of [text, tagged]) {
        const got = await sorted(duckdb, variant, true);
        if (got !== want) failures.push(variant);
      }
      compared++;
      if (duckdb.droppedRows > 0) sharpened++;
    }
    expect(failures).toEqual([]);
    expect(compared).toBeGreaterThan(150);
    // The check has teeth only where filters drop rows.
    expect(sharpened).toBeGreaterThan(compared / 3);
    expect(duckdb.limitedRows).toBeGreaterThan(compared);
  }, 60_000);

  it.each([
    ['a limit', "SELECT count(*) FROM (SELECT name FROM redis_hash('a:*') LIMIT 10)", ['["10"]']],
    ['a limit with an offset', "SELECT count(*) FROM (SELECT name FROM redis_hash('a:*') LIMIT 10 OFFSET 30)", ['["6"]']],
    [
      'a limit of a limit',
      "SELECT count(*) FROM (SELECT * FROM (SELECT name FROM redis_hash('a:*') LIMIT 9 OFFSET 2) LIMIT 3 OFFSET 7)",
      ['["2"]'],
    ],
    ['a percentage', "SELECT count(*) FROM (SELECT * FROM (SELECT name FROM redis_hash('a:*') LIMIT 50%) LIMIT 30)", ['["18"]']],
    [
      'a limit above a filter',
      "SELECT count(*) FROM (SELECT name FROM redis_hash('a:*') WHERE _key LIKE '%3' LIMIT 3)",
      ['["3"]'],
    ],
  ])('give as many rows as %s asks for', async (_title, text, rows) => {
    expect((await duckdb.runPushed(text)).rows).toEqual(rows);
    expect((await duckdb.run(text)).rows).toEqual(rows);
  });
});

/** Gives the rows in a stated order; null where DuckDB itself has an error for the statement. */
async function sorted(duckdb: PlanningDuckDb, text: string, isPushed: boolean): Promise<string | null> {
  try {
    const outcome = await (isPushed ? duckdb.runPushed(text) : duckdb.run(text));
    return [outcome.types.join(), ...outcome.rows.toSorted()].join('\n');
  } catch (error) {
    if (isPushed) throw error;
    return null;
  }
}

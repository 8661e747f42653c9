/**
 * Holds what is read out of real plans to test/scripts/planner/*.sql. A script is a list of statements, each behind
 * a `-- title` line, and below each the expected scans as `-->` lines. `UPDATE_GOLDEN=1` writes them anew.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AggregateBlock, predicateText, readPlan, topNText } from '../../src/planner/index.ts';
import { bindParameters, tagScans } from '../../src/sql/index.ts';
import { typeName } from '../../src/types/index.ts';
import { COLUMN_NAMES, PlanningDuckDb } from '../support/planning-duckdb.ts';

const FOLDER = new URL('../scripts/planner/', import.meta.url);
const SCRIPTS = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));
const VIEWS = [
  "CREATE VIEW users AS FROM redis_hash('user:*')",
  "CREATE VIEW adults AS SELECT _key AS id, name AS n, age FROM redis_hash('user:*') WHERE age >= 18",
  'CREATE MACRO named(wanted) AS TABLE SELECT * FROM users WHERE name = wanted',
  'CREATE TABLE local_ids AS SELECT range AS id FROM range(10)',
];

interface GoldenCase {
  readonly title: string;
  readonly statement: string;
  readonly expected: string;
}

function casesOf(script: string): GoldenCase[] {
  return script
    .split(/^(?=-- )/m)
    .filter((block) => block.startsWith('-- '))
    .map((block) => {
      const lines = block.trimEnd().split('\n');
      const statement = lines.slice(1).filter((line) => !line.startsWith('-->') && line !== '');
      const expected = lines.filter((line) => line.startsWith('-->'));
      return { title: lines[0]?.slice(3) ?? '', statement: statement.join('\n'), expected: expected.join('\n') };
    });
}

/** `-- title (params [1, "a"])` binds; `-- title (untagged)` leaves the calls as they are. */
async function actualOf(duckdb: PlanningDuckDb, { title, statement }: GoldenCase): Promise<string> {
  const params: unknown = JSON.parse(/\(params (.*)\)$/.exec(title)?.[1] ?? '[]');
  let tag = 0;
  const { text } = bindParameters(statement.replace(/;$/, ''), params as unknown[]);
  const planned = title.includes('(untagged)') ? text : tagScans(text, () => ++tag).text;
  const json = await duckdb.planJson(planned);
  const { error, scans, groups, calls, blocks, refusals } = readPlan(json, { isUtc: !title.includes('(zone)') });
  if (error !== null) return `--> error ${error.type}: ${error.message.split('\n')[0]}`;
  const lines = [...groups].flatMap(([key, group]) => {
    const members = scans.filter((scan) => scan.key === key);
    const { positional, named } = members[0]?.args ?? { positional: [], named: {} };
    const args = [
      ...positional.map((value) => `'${String(value)}'`),
      ...Object.entries(named).map(
        ([name, value]) => `${name} ${JSON.stringify(value instanceof Map ? Object.fromEntries(value) : value)}`,
      ),
    ];
    const columns = members.map((scan) => scan.columnIndexes.map((index) => COLUMN_NAMES[index]).join(', ')).join(' / ');
    const filter = group.filter === null ? 'none' : predicateText(group.filter, COLUMN_NAMES);
    const limit = group.rowLimit === null ? [] : [`-->   limit   ${group.rowLimit}`];
    const first = group.topN === null ? [] : [`-->   top     ${topNText(group.topN, COLUMN_NAMES)}`];
    return [`--> redis_hash(${args.join(', ')})`, `-->   columns ${columns}`, `-->   filter  ${filter}`, ...limit, ...first];
  });
  for (const [name, { total, pushable }] of Object.entries(calls)) {
    if (total > 0) lines.push(`--> calls     ${name}: ${pushable} of ${total} can be asked for`);
  }
  lines.push(...blocks.map(blockText), ...refusals.map(({ why }) => `--> no block  ${why}`));
  const listed = lines.length === 0 ? '--> no scan' : lines.join('\n');
  return /now\(\)|current_/.test(statement) ? listed.replace(/'\d{4}-[^']*'/g, '<time>') : listed;
}

function blockText({ tag, groups, aggregates }: AggregateBlock): string {
  const name = (column: number | null): string => (column === null ? '*' : (COLUMN_NAMES[column] ?? '?'));
  const by = groups.map(({ column, bucket, type }) => {
    const width = bucket === null ? '' : ` by ${bucket.widthMs} ms from ${bucket.originMs}`;
    return `${name(column)}${width} ${typeName(type)}`;
  });
  const values = aggregates.map((call) => `${call.name}(${name(call.column)}) ${typeName(call.type)}`);
  return `--> block ${tag}   ${by.join(', ') || 'all'}: ${values.join(', ') || 'nothing'}`;
}

describe.each(SCRIPTS)('the plans of %s', (name) => {
  const file = new URL(name, FOLDER);
  const cases = casesOf(readFileSync(file, 'utf8'));
  const head = readFileSync(file, 'utf8').split(/^-- /m)[0] ?? '';
  const results: string[] = [];
  let duckdb: PlanningDuckDb;

  beforeAll(async () => {
    duckdb = await PlanningDuckDb.open();
    for (const view of VIEWS) await duckdb.connection.run(view);
  });

  afterAll(() => {
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, `${head}${results.join('\n')}`);
  });

  it.each(cases)('hold the scans of: $title', async (golden) => {
    const actual = await actualOf(duckdb, golden);
    results.push(`-- ${golden.title}\n${golden.statement}\n${actual}\n`);
    expect(actual).toBe(process.env['UPDATE_GOLDEN'] === '1' ? actual : golden.expected);
  });
});

/** Makes statements of every shape over the tables of a world. */
import type { Random } from '../random.ts';
import { KINDS } from '../world/values.ts';
import type { Column, IndexedColumn, Source, Table, World } from '../world/words.ts';
import { makeCondition, makeTextTerm } from './conditions.ts';
import type { Condition, Item, OrderKey, Query, Shape, Use } from './words.ts';

const SHAPE_WEIGHTS: readonly (readonly [number, Shape])[] = [
  [34, 'select'],
  [30, 'group'],
  [3, 'distinct'],
  [10, 'join'],
  [4, 'semi'],
  [5, 'cte'],
  [4, 'union'],
  [3, 'exists'],
  [2, 'scalar'],
  [2, 'window'],
  [3, 'nested'],
];
const TWO_TABLES: ReadonlySet<Shape> = new Set(['join', 'semi', 'union', 'exists', 'scalar', 'cte']);

export function makeQuery(random: Random, world: World): Query {
  const shape = random.weighted(SHAPE_WEIGHTS);
  const uses = [makeUse(random, world, 'a', shape === 'group' && random.percent(75))];
  if (TWO_TABLES.has(shape)) uses.push(secondUse(random, world, shape, uses[0]));
  const [first, second] = uses;
  if (first === undefined) throw new Error('a query has a table');
  const { items, groupCount } = itemsFor(random, shape, first);
  const join = joinFor(random, shape, first, second);
  const where = whereFor(random, shape, first);
  const secondWhere = second !== undefined && random.percent(65) ? makeCondition(random, second) : null;
  return { shape, uses, items, groupCount, where, secondWhere, join, ...endFor(random, shape, items, groupCount, first) };
}

function whereFor(random: Random, shape: Shape, use: Use): Condition | null {
  if (!random.percent(shape === 'group' ? 82 : 97)) return null;
  const text = shape === 'group' && random.percent(25) ? makeTextTerm(random, use) : null;
  return text ?? makeCondition(random, use);
}

function secondUse(random: Random, world: World, shape: Shape, first: Use | undefined): Use {
  if (first !== undefined && (shape === 'cte' || shape === 'union')) return { ...first, alias: 'b' };
  return makeUse(random, world, 'b', false);
}

/** isForGroups: of a table whose groups an index may give. */
function makeUse(random: Random, world: World, alias: string, isForGroups: boolean): Use {
  const table = pickTable(random, world, isForGroups);
  const isTemplate = !isForGroups && table.template !== null && random.percent(50);
  const isView = !isTemplate && !isForGroups && random.percent(5);
  const narrow = !isTemplate && !isView && !isForGroups && table.template === null ? narrowPattern(random, table) : null;
  const further = isView || isForGroups ? [] : argumentsFor(random, world, table);
  const served = random.percent(92) ? servedColumns(random, world, table) : null;
  return { table, alias, narrow, isTemplate, isView, served, arguments: further };
}

/** The columns that one of the table's indexes holds, or Redis itself has an order or a look-up of; null for none. */
function servedColumns(random: Random, { indexes }: World, table: Table): Use['served'] {
  const fit = indexes.filter(
    (index) =>
      index.table === table.name && (random.percent(30) || !['wrong prefix', 'half built', 'filter'].includes(index.state)),
  );
  const held =
    fit.length === 0 ? [] : random.pick(fit).columns.filter(({ column, type }) => type !== 'TEXT' && isServed(column, type));
  if (held.length > 0) return held;
  const [first] = table.columns;
  if (table.source === 'set' && first !== undefined) return [{ column: first, isGroupable: false }];
  const parts = table.columns.filter((column) => column.isPart === true || (table.source === 'zset' && column.name === 'member'));
  return parts.length === 0 ? null : parts.map((column) => ({ column, isGroupable: false }));
}

/** An index of numbers serves no text, and times only where their unit is declared. */
function isServed({ kind }: Column, type: IndexedColumn['type']): boolean {
  const isNumeric = KINDS[kind].family === 'number' || kind === 'ms' || kind === 'sec';
  return isNumeric ? type === 'NUMERIC' : KINDS[kind].family !== 'time';
}

/** A narrower prefix, or one key: a table of elements is most often asked for one. */
function narrowPattern(random: Random, { source, prefix, rows }: Table): Use['narrow'] {
  const hasElements = source !== 'hash' && source !== 'json' && source !== 'string';
  if (rows.length > 0 && random.percent(hasElements ? 50 : 2)) return { text: random.pick(rows).key, isKey: true };
  return random.percent(6) ? { text: `${prefix}1`, isKey: false } : null;
}

/** Hashes, which have indexes, are asked most. */
function pickTable(random: Random, { tables, indexes }: World, isForGroups: boolean): Table {
  const source = random.weighted<readonly Source[]>([
    [64, ['hash']],
    [14, ['json']],
    [22, ['string', 'set', 'list', 'zset', 'stream']],
  ]);
  const grouped = tables.filter(
    ({ name, onError }) =>
      onError === 'error' && indexes.some(({ table, state }) => table === name && (state === 'complete' || random.percent(20))),
  );
  if (isForGroups && grouped.length > 0) return random.pick(grouped);
  const fit = tables.filter((one) => source.includes(one.source) && (one.rows.length > 0 || random.percent(10)));
  return random.pick(fit.length > 0 ? fit : tables);
}

function argumentsFor(random: Random, world: World, table: Table): string[] {
  const hasIndex = table.source === 'hash' || table.source === 'json';
  const index = world.indexes.find((one) => one.table === table.name);
  return [
    ...(random.percent(1) && hasIndex ? [`index => 'none'`] : []),
    ...(random.percent(1) && hasIndex ? [`access => 'scan'`] : []),
    ...(random.percent(6) && index !== undefined ? [`access => 'index'`] : []),
    ...(random.percent(4) && index !== undefined ? [`index => '${index.name}'`] : []),
    ...(random.percent(5) ? [`batch_size => ${random.pick([1, 7, 100])}`] : []),
  ].slice(0, 1);
}

function columnItem(use: Use, { name }: Column): Item {
  return { sql: `${use.alias}."${name}"`, isRounded: false };
}

function keyItem({ alias }: Use): Item {
  return { sql: `${alias}._key`, isRounded: false };
}

function itemsFor(random: Random, shape: Shape, use: Use): { items: Item[]; groupCount: number } {
  const { columns } = use.table;
  if (shape === 'group') {
    const groupable = use.served?.filter(({ isGroupable }) => isGroupable).map(({ column }) => column) ?? [];
    const grouped = groupable.length > 0 ? groupable : columns;
    const groups = random
      .some(
        grouped,
        random.weighted([
          [5, 0],
          [10, 1],
          [3, 2],
        ]),
      )
      .map((column) => columnItem(use, column));
    const aggregates = Array.from({ length: random.int(1, 4) }, () => aggregateItem(random, use, random.pick(grouped)));
    return { items: [...groups, ...aggregates], groupCount: groups.length };
  }
  const captures = use.isTemplate
    ? [
        { sql: `${use.alias}.grp`, isRounded: false },
        { sql: `${use.alias}.num`, isRounded: false },
      ]
    : [];
  const some = random.some(columns, random.int(0, 4)).map((column) => columnItem(use, column));
  const key = shape !== 'distinct' && random.percent(65) ? [keyItem(use)] : [];
  const chosen = [...key, ...random.some(captures, random.int(0, 2)), ...some];
  return { items: chosen.length > 0 ? chosen : [columnItem(use, random.pick(columns))], groupCount: 0 };
}

function aggregateItem(random: Random, { alias }: Use, column: Column): Item {
  const name = `${alias}."${column.name}"`;
  const { family } = KINDS[column.kind];
  const canSum = family === 'number' && !['wild', 'huge', 'score'].includes(column.kind);
  const sql = random.weighted([
    [6, 'count(*)'],
    [3, `count(${name})`],
    [3, `count(DISTINCT ${name})`],
    [3, `min(${name})`],
    [3, `max(${name})`],
    [canSum ? 5 : 0, `sum(${name})`],
    [canSum ? 5 : 0, `avg(${name})`],
    [0.4, `count(*) FILTER (WHERE ${name} IS NOT NULL)`],
    [canSum ? 1 : 0, `sum(${name}) / count(*)`],
  ]);
  return { sql, isRounded: sql.startsWith('avg') || sql.startsWith('sum') };
}

function joinFor(random: Random, shape: Shape, first: Use, second: Use | undefined): Query['join'] {
  if (second === undefined || !TWO_TABLES.has(shape)) return null;
  const pairs = first.table.columns.flatMap((left) =>
    second.table.columns.filter((right) => right.kind === left.kind).map((right) => `a."${left.name}" = b."${right.name}"`),
  );
  const words = random.pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI JOIN', 'ANTI JOIN']);
  return { words, on: pairs.length > 0 ? random.pick(pairs) : 'a._key = b._key' };
}

type End = Pick<Query, 'having' | 'order' | 'limit' | 'offset'>;

/** HAVING, ORDER BY, LIMIT and OFFSET. Nothing is ordered by what was rounded: ties would part. */
function endFor(random: Random, shape: Shape, items: readonly Item[], groupCount: number, use: Use): End {
  const having = shape === 'group' && groupCount > 0 && random.percent(15) ? havingFor(random, use) : null;
  const exact = items.flatMap((item, i) => (item.isRounded ? [] : [i]));
  const isOrdered = exact.length > 0 && random.percent(shape === 'select' || shape === 'group' ? 30 : 10);
  const order: OrderKey[] = isOrdered
    ? random
        .some(exact, random.int(1, 2))
        .map((item) => ({ item, words: random.pick(['', 'DESC', 'ASC NULLS FIRST', 'DESC NULLS LAST', 'DESC NULLS FIRST']) }))
    : [];
  const limit = random.percent(isOrdered ? 80 : 24) ? random.pick([0, 1, 2, 3, 5, 10, 50]) : null;
  return { having, order, limit, offset: limit !== null && random.percent(25) ? random.int(1, 5) : 0 };
}

function havingFor(random: Random, { alias, table }: Use): Condition {
  const small = table.columns.find((column) => column.kind === 'small');
  const ofSmall = small === undefined ? [] : [`min(${alias}."${small.name}") < 5`, `count(${alias}."${small.name}") = 2`];
  return { kind: 'leaf', form: 'HAVING', sql: random.pick([`count(*) > ${random.int(1, 5)}`, ...ofSmall]), bound: null };
}

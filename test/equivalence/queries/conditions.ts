/** Makes filters: every kind of predicate over every kind of column, nested by AND, OR and NOT. */
import type { Random } from '../random.ts';
import { KINDS } from '../world/values.ts';
import type { Column, Source } from '../world/words.ts';
import { BOUND_PLACE, type Bound, type Condition, type ServedColumn, type Use } from './words.ts';

const MOST_DEPTH = 3;
const PARAMETER_SHARE = 8;

/** A leaf, or a tree of them. isBranch: under OR or NOT, where one term that cannot go down keeps all others up. */
export function makeCondition(random: Random, use: Use, depth = 0, isBranch = false): Condition {
  const share = depth >= MOST_DEPTH ? 0 : depth === 0 ? 55 : 30;
  if (!random.percent(share)) return makeLeaf(random, use, isBranch && random.percent(90));
  const kind = random.weighted([
    [6, 'and'],
    [3, 'or'],
    [2, 'not'],
  ] as const);
  if (kind === 'not') return { kind, child: makeCondition(random, use, depth + 1, true) };
  const isWithin = isBranch || kind === 'or';
  const children = Array.from({ length: random.int(2, 3) }, () => makeCondition(random, use, depth + 1, isWithin));
  return { kind, children };
}

function makeLeaf(random: Random, use: Use, isServedOnly: boolean): Condition {
  if (isServedOnly && use.served !== null) return servedLeaf(random, use, use.served);
  if (use.isTemplate && random.percent(35)) return captureLeaf(random, use);
  if (random.percent(10)) return keyLeaf(random, use);
  if (use.served !== null && random.percent(95)) return servedLeaf(random, use, use.served);
  const parts = use.table.columns.filter((one) => one.isPart);
  const column = random.pick(parts.length > 0 && random.percent(60) ? parts : use.table.columns);
  const makers = { text: textLeaf, number: numberLeaf, boolean: booleanLeaf, time: timeLeaf } satisfies Record<string, LeafMaker>;
  const make: LeafMaker = makers[KINDS[column.kind].family];
  const name = `${use.alias}."${column.name}"`;
  const [form, sql, bound] = random.percent(25) ? commonLeaf(random, name, column, use) : make(random, name, column, use);
  return { kind: 'leaf', form: `${column.kind} ${form}`, sql, bound: bound ?? null };
}

/** A predicate of a form that an index, or the order that Redis keeps, can serve. */
function servedLeaf(random: Random, use: Use, served: readonly ServedColumn[]): Condition {
  const { column } = random.pick(served);
  const name = `${use.alias}."${column.name}"`;
  const [form, sql, bound] = servedForm(random, name, column, use.table.source);
  return { kind: 'leaf', form: `${column.kind} ${form}`, sql, bound: bound ?? null };
}

function servedForm(random: Random, name: string, column: Column, source: Source): Made {
  if (source === 'set')
    return random.percent(75)
      ? ['=', `${name} = ${constant(random, column)}`]
      : ['IN', `${name} IN (${values(random, column, 5)})`];
  const { family } = KINDS[column.kind];
  const isPart = column.isPart === true;
  if (!isPart && random.percent(18))
    return random.percent(50) ? ['IS NULL', `${name} IS NULL`] : ['IS NOT NULL', `${name} IS NOT NULL`];
  if (random.percent(12)) return ['IN', `${name} IN (${values(random, column, 5)})`];
  if (family === 'boolean') return booleanLeaf(random, name);
  if (family === 'text') {
    const { text } = random.pick(column.pool);
    const start = [...text]
      .slice(0, random.int(2, 4))
      .join('')
      .replaceAll(/[%_\\']/g, '');
    if (random.percent(45) && start !== '') return ["LIKE 'a%'", `${name} LIKE '${start}%'`];
    return comparison(random, '=', name, text, constant(random, column));
  }
  if (random.percent(15)) return ['BETWEEN', `${name} BETWEEN ${bounds(random, column).join(' AND ')}`];
  if (random.percent(6)) return ['NOT IN', `${name} NOT IN (${values(random, column, 3)})`];
  const op = random.pick(['=', '<>', '<', '<=', '>', '>=']);
  return [op, `${name} ${op} ${constant(random, column)}`];
}

/** One text of a column that an index has as tags, which take texts for each other; null where there is none. */
export function makeTextTerm(random: Random, use: Use): Condition | null {
  const texts = (use.served ?? []).filter(({ column }) => KINDS[column.kind].family === 'text');
  if (texts.length === 0) return null;
  const { column } = random.pick(texts);
  const name = `${use.alias}."${column.name}"`;
  const isOne = random.percent(70);
  const sql = isOne ? `${name} = ${random.pick(column.pool).literal}` : `${name} IN (${values(random, column, 3)})`;
  return { kind: 'leaf', form: `${column.kind} ${isOne ? '=' : 'IN'}`, sql, bound: null };
}

/** What it is called in the counts, its text, and its bound value. */
type Made = readonly [form: string, sql: string, bound?: Bound];

/** What every type has. */
type LeafMaker = (random: Random, name: string, column: Column, use: Use) => Made;

function commonLeaf(random: Random, name: string, column: Column, use: Use): Made {
  const value = () => constant(random, column);
  switch (random.pick([0, 0, 0, 2, 2, 2, 4, 4, 4, 5, 5, 6, 7, 8, 9])) {
    case 0:
      return ['IS NULL', `${name} IS NULL`];
    case 2:
      return ['IS NOT NULL', `${name} IS NOT NULL`];
    case 4:
      return ['IN', `${name} IN (${values(random, column, 7)})`];
    case 5:
      return ['NOT IN', `${name} NOT IN (${values(random, column, 4)})`];
    case 6:
      return ['IS DISTINCT FROM', `${name} IS ${random.pick(['', 'NOT '])}DISTINCT FROM ${value()}`];
    case 7:
      return ['coalesce', `coalesce(${name}, ${value()}) = ${value()}`];
    case 8:
      return ['CASE', `CASE WHEN ${name} = ${value()} THEN true ELSE ${name} IS NULL END`];
    default: {
      const twin = use.table.columns.find((other) => other.kind === column.kind && other.name !== column.name);
      if (twin === undefined && random.percent(30)) return ['= NULL', `${name} = NULL`];
      return twin === undefined ? ['IS NOT NULL', `${name} IS NOT NULL`] : ['= column', `${name} = ${use.alias}."${twin.name}"`];
    }
  }
}

function textLeaf(random: Random, name: string, column: Column): Made {
  const sample = random.pick(column.pool);
  const start = quoted(
    [...sample.text]
      .slice(0, random.int(1, 3))
      .join('')
      .replaceAll(/[%_\\]/g, ''),
  );
  const like = start.slice(1, -1);
  switch (random.int(-4, 15)) {
    case -4:
    case -3:
    case -2:
    case -1:
    case 0:
    case 1:
    case 2:
    case 3:
      return comparison(random, '=', name, sample.text, constant(random, column));
    case 4:
    case 5:
      return ['<>', `${name} <> ${constant(random, column)}`];
    case 6:
    case 7:
      return ["LIKE 'a%'", `${name} LIKE '${like}%'`];
    case 8:
      return [
        'LIKE',
        `${name} ${random.pick(['', 'NOT '])}LIKE '${random.pick(['%', '_', ''])}${like}${random.pick(['%', '_%', '_'])}'`,
      ];
    case 9:
      return ['ILIKE', `${name} ILIKE '${like}%'`];
    case 10:
      return ['starts_with', `starts_with(${name}, ${start})`];
    case 11:
      return [random.pick(['<', '>']), `${name} ${random.pick(['<', '<=', '>', '>='])} ${constant(random, column)}`];
    case 12:
      return ['lower()', `${random.pick(['lower', 'upper', 'trim'])}(${name}) = ${constant(random, column)}`];
    case 13:
      return ['length()', `length(${name}) ${random.pick(['>', '=', '<'])} ${random.int(0, 5)}`];
    case 14:
      return ['TRY_CAST', `TRY_CAST(${name} AS BIGINT) = 7`];
    default:
      return ['BETWEEN', `${name} BETWEEN ${bounds(random, column).join(' AND ')}`];
  }
}

function numberLeaf(random: Random, name: string, column: Column): Made {
  const op = random.pick(['=', '<>', '<', '<=', '>', '>=', '=', '<', '>']);
  switch (random.int(0, 19)) {
    case 0:
      return ['BETWEEN', `${name} BETWEEN ${bounds(random, column).join(' AND ')}`];
    case 1:
      return ['two bounds', `${name} >= ${bounds(random, column).join(` AND ${name} < `)}`];
    case 2:
      return ['NOT BETWEEN', `${name} NOT BETWEEN ${bounds(random, column).join(' AND ')}`];
    case 3:
      return ['odd constant', `${name} ${op} ${random.pick(KINDS[column.kind].odd)}`];
    case 4:
      return ['CAST VARCHAR', `CAST(${name} AS VARCHAR) = ${quoted(random.pick(column.pool).text)}`];
    case 5:
      return [
        'TRY_CAST',
        `TRY_CAST(${name} AS ${random.pick(['DOUBLE', 'INTEGER', 'DECIMAL(20,2)'])}) ${op} ${constant(random, column)}`,
      ];
    case 6:
      return isCalm(column)
        ? ['arithmetic', `${name} ${random.pick(['+ 1', '- 3', '* 2'])} ${op} ${constant(random, column)}`]
        : ['IN', `${name} IN (${values(random, column, 5)})`];
    case 7:
      return isCalm(column)
        ? ['function', `abs(${name}) ${op} ${constant(random, column)}`]
        : ['mirrored', `${constant(random, column)} ${op} ${name}`];
    default: {
      const { text } = random.pick(column.pool);
      const number = Number(text);
      const isLong = /^-?\d+$/.test(text) && !Number.isSafeInteger(number);
      return comparison(random, op, name, isLong ? BigInt(text) : number, constant(random, column));
    }
  }
}

/** Kinds whose arithmetic stays in range. */
function isCalm({ kind }: Column): boolean {
  return kind === 'small' || kind === 'real' || kind === 'money';
}

function booleanLeaf(random: Random, name: string): Made {
  const sql = random.pick([
    name,
    `NOT ${name}`,
    `${name} = true`,
    `${name} = false`,
    `${name} <> true`,
    `${name} IS TRUE`,
    `${name} IS NOT TRUE`,
    `coalesce(${name}, false)`,
  ]);
  return [sql.replace(name, 'b'), sql];
}

function timeLeaf(random: Random, name: string, column: Column): Made {
  const op = random.pick(['=', '<>', '<', '<=', '>', '>=']);
  switch (random.int(0, 7)) {
    case 0:
      return ['BETWEEN', `${name} BETWEEN ${bounds(random, column).join(' AND ')}`];
    case 1:
      return ['odd constant', `${name} ${op} ${random.pick(KINDS[column.kind].odd)}`];
    case 2:
      return ['year()', `${random.pick(['month', 'day', 'year'])}(${name}) = ${random.pick([1, 2, 2024])}`];
    case 3:
      return ['date_trunc', `date_trunc('month', ${name}) = DATE '2024-02-01'`];
    case 4:
      return ['::DATE', `${name}::DATE ${op} DATE '2024-01-20'`];
    default:
      return [op, `${name} ${op} ${constant(random, column)}`];
  }
}

function keyLeaf(random: Random, { table, alias }: Use): Condition {
  const key = () => quoted(random.percent(80) && table.rows.length > 0 ? random.pick(table.rows).key : `${table.prefix}none`);
  const name = `${alias}._key`;
  const [form, sql]: Made = random.weighted<Made>([
    [3, ['=', `${name} = ${key()}`]],
    [3, ['IN', `${name} IN (${[key(), key(), key()].join(', ')})`]],
    [3, ["LIKE 'a%'", `${name} LIKE '${table.prefix}${random.int(0, 3)}%'`]],
    [1, ['<>', `${name} <> ${key()}`]],
    [1, ['>', `${name} ${random.pick(['<', '>', '<=', '>='])} ${key()}`]],
    [1, ['NOT IN', `${name} NOT IN (${[key(), key()].join(', ')})`]],
  ]);
  return { kind: 'leaf', form: `_key ${form}`, sql, bound: null };
}

function captureLeaf(random: Random, { table, alias }: Use): Condition {
  const number = quoted(String(random.int(0, Math.max(1, table.rows.length))));
  const [form, sql]: Made = random.weighted<Made>([
    [3, ['capture =', `${alias}.grp = ${random.pick(["'x'", "'y'", "'none'"])}`]],
    [2, ['capture =', `${alias}.num = ${number}`]],
    [2, ['captures =', `(${alias}.grp = 'x' AND ${alias}.num = ${number})`]],
    [1, ['capture IN', `${alias}.grp IN ('x', 'y')`]],
    [1, ['capture LIKE', `${alias}.num LIKE '1%'`]],
    [1, ['capture <>', `${alias}.grp <> 'x'`]],
  ]);
  return { kind: 'leaf', form, sql, bound: null };
}

/** A comparison whose constant is a parameter now and then. */
function comparison(random: Random, op: string, name: string, value: string | number | bigint, literal: string): Made {
  if (!random.percent(PARAMETER_SHARE)) return [op, `${name} ${op} ${literal}`];
  if (typeof value === 'string') return [`${op} $1`, `${name} ${op} ${BOUND_PLACE}`, { value, literal: quoted(value) }];
  if (Number.isNaN(value) || value === Infinity || value === -Infinity) return [op, `${name} ${op} ${literal}`];
  const type =
    typeof value === 'number'
      ? Number.isSafeInteger(value)
        ? 'BIGINT'
        : 'DOUBLE'
      : value === BigInt.asIntN(64, value)
        ? 'BIGINT'
        : 'HUGEINT';
  return [`${op} $1`, `${name} ${op} ${BOUND_PLACE}`, { value, literal: `CAST('${value}' AS ${type})` }];
}

/** A constant of the column's own type, more often than not one that is there. */
function constant(random: Random, column: Column): string {
  const kind = KINDS[column.kind];
  if (random.percent(75)) return random.pick(column.pool).literal;
  if (kind.odd.length > 0 && kind.family === 'text' && random.percent(30)) return random.pick(kind.odd);
  return kind.sample(random).literal;
}

/** Two constants, most often in their order. */
function bounds(random: Random, column: Column): string[] {
  const pair = [constant(random, column), constant(random, column)];
  const rank = (literal: string): number => Number(/-?[\d.]+/.exec(literal)?.[0] ?? Number.NaN);
  if (random.percent(10)) return pair;
  const isNumber = KINDS[column.kind].family === 'number';
  return pair.toSorted((a, b) => (isNumber ? rank(a) - rank(b) : a < b ? -1 : 1));
}

function values(random: Random, column: Column, most: number): string {
  const list = Array.from({ length: random.int(1, most) }, () => constant(random, column));
  return [...list, ...(random.percent(10) ? ['NULL'] : [])].join(', ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Which columns a chart can draw, which it draws where none are named, and which ones words name. */
import { RedQueryError } from '../../errors.ts';
import { escapeControls } from '../../output/index.ts';
import type { SqlField, SqlType } from '../../types/index.ts';
import type { AxisKind } from './scale.ts';

export const CHART_KINDS = ['bar', 'line', 'hist'] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What to draw; columns by their place in the result. */
export type ChartPlan =
  | { readonly kind: 'bar'; readonly label: number | null; readonly value: number }
  | {
      readonly kind: 'line';
      /** Null: the number of the row. */
      readonly x: number | null;
      readonly ys: readonly number[];
      /** A line for each of this column's values; null: one line a y. */
      readonly by: number | null;
    }
  | { readonly kind: 'hist'; readonly value: number };

const NUMBERS: ReadonlySet<string> = new Set(
  'TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT FLOAT DOUBLE DECIMAL BIGNUM'.split(' '),
);
const INSTANTS: ReadonlySet<string> = new Set('DATE TIMESTAMP TIMESTAMP_S TIMESTAMP_MS TIMESTAMP_NS TIMESTAMPTZ'.split(' '));

/** How the values of a type lie on an axis; null where they do not. */
export function numericKindOf({ id }: SqlType): AxisKind | null {
  if (NUMBERS.has(id)) return 'number';
  if (INSTANTS.has(id)) return 'instant';
  return id === 'TIME' || id === 'TIME_NS' ? 'timeOfDay' : null;
}

/**
 * Reads `bar city total`, `line "my day" a b`, `hist price`; what is not said is chosen by the columns' types.
 * @throws {RedQueryError} RQ_OPTION: no such kind or column, a column that cannot be drawn; the message names those that can.
 */
export function chartPlanFrom(argument: string, schema: readonly SqlField[]): ChartPlan {
  const [first, ...others] = wordsIn(argument);
  const kind = CHART_KINDS.find((one) => one === first?.toLowerCase());
  if (first !== undefined && kind === undefined) {
    throw new RedQueryError(
      'RQ_OPTION',
      `.chart ${escapeControls(first)}: there is no such chart; charts: ${CHART_KINDS.join(', ')}`,
    );
  }
  const columns = others.map((name) => columnNamed(name, schema));
  switch (kind ?? usualKind(schema)) {
    case 'bar':
      return barPlan(columns, schema);
    case 'line':
      return linePlan(columns, schema);
    default:
      return histPlan(columns, schema);
  }
}

/** Words between blanks and commas; a name in double quotes may hold them. */
function wordsIn(argument: string): readonly string[] {
  const words = argument.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? [];
  return words.map((word) => (/^".*"$/s.test(word) ? word.slice(1, -1).replaceAll('""', '"') : word));
}

function columnNamed(name: string, schema: readonly SqlField[]): number {
  const exact = schema.findIndex((field) => field.name === name);
  const at = exact >= 0 ? exact : schema.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
  if (at >= 0) return at;
  throw new RedQueryError(
    'RQ_OPTION',
    `no column "${escapeControls(name)}" in the last result; columns: ${namesOf(schema, () => true)}`,
  );
}

function namesOf(schema: readonly SqlField[], fits: (field: SqlField) => boolean): string {
  const names = schema.filter(fits).map((field) => escapeControls(field.name));
  const more = names.length > 20 ? ', …' : '';
  return names.length === 0 ? 'none' : names.slice(0, 20).join(', ') + more;
}

function usualKind(schema: readonly SqlField[]): ChartKind {
  const hasLabel = schema.some(({ type }) => numericKindOf(type) === null);
  const hasTime = schema.some(({ type }) => numericKindOf(type) === 'instant');
  if (schema.length === 1 && !hasLabel) return 'hist';
  return hasTime || !hasLabel ? 'line' : 'bar';
}

function placesOf(schema: readonly SqlField[], fits: (kind: AxisKind | null) => boolean): readonly number[] {
  return [...schema.keys()].filter((at) => fits(kindAt(schema, at)));
}

function kindAt(schema: readonly SqlField[], at: number): AxisKind | null {
  const type = schema[at]?.type;
  return type === undefined ? null : numericKindOf(type);
}

const isNumber = (kind: AxisKind | null): boolean => kind === 'number';
const isDrawn = (kind: AxisKind | null): boolean => kind !== null;

/** One column named is the value where it is a number, else the label. Of numbers alone the first is the label: GROUP BY begins so. */
function barPlan(named: readonly number[], schema: readonly SqlField[]): ChartPlan {
  const all = placesOf(schema, isNumber);
  const numbers = all.length === schema.length && all.length > 1 ? [...all.slice(1), 0] : all;
  const value = named[1] ?? (isNumber(kindAt(schema, named[0] ?? -1)) ? named[0] : numbers.find((at) => at !== named[0]));
  requireKind(value, schema, isNumber, 'a bar needs a column of numbers');
  const label = named[1] === undefined ? undefined : named[0];
  const others = [...schema.keys()].filter((at) => at !== value);
  const usual = named[0] !== value ? named[0] : undefined;
  const found = label ?? usual ?? others.find((at) => !isNumber(kindAt(schema, at))) ?? others[0] ?? null;
  return { kind: 'bar', label: found, value };
}

function linePlan(named: readonly number[], schema: readonly SqlField[]): ChartPlan {
  const [x, ...rest] = named.length >= 2 ? named : usualLine(named, schema);
  if (x !== undefined && x !== ROW_NUMBER) requireKind(x, schema, isDrawn, 'a line needs numbers or times from left to right');
  const by = rest.find((at) => !isDrawn(kindAt(schema, at))) ?? null;
  const ys = rest.filter((at) => at !== by);
  for (const y of ys.length === 0 ? [undefined] : ys) requireKind(y, schema, isDrawn, 'a line needs a column of numbers');
  return { kind: 'line', x: x === undefined || x === ROW_NUMBER ? null : x, ys: by === null ? ys : ys.slice(0, 1), by };
}

const ROW_NUMBER = -1;

/** A time goes from left to right, else the first of several numbers, else the row's number. */
function usualLine(named: readonly number[], schema: readonly SqlField[]): readonly number[] {
  const numbers = placesOf(schema, isNumber);
  const times = placesOf(schema, (kind) => kind !== null && kind !== 'number');
  const [only] = named;
  if (only !== undefined) {
    const x = times.find((at) => at !== only) ?? (isNumber(kindAt(schema, only)) ? ROW_NUMBER : undefined);
    const isX = !isNumber(kindAt(schema, only));
    return isX ? [only, ...numbers] : [x ?? ROW_NUMBER, only];
  }
  if (times[0] !== undefined && numbers.length > 0) return [times[0], ...numbers];
  return numbers.length > 1 ? numbers : [ROW_NUMBER, ...numbers];
}

function histPlan(named: readonly number[], schema: readonly SqlField[]): ChartPlan {
  const value = named[0] ?? placesOf(schema, isNumber)[0] ?? placesOf(schema, isDrawn)[0];
  requireKind(value, schema, isDrawn, 'a histogram needs a column of numbers or times');
  return { kind: 'hist', value };
}

function requireKind(
  at: number | undefined,
  schema: readonly SqlField[],
  fits: (kind: AxisKind | null) => boolean,
  need: string,
): asserts at is number {
  if (at !== undefined && fits(kindAt(schema, at))) return;
  const given = at === undefined ? '' : `; "${escapeControls(schema[at]?.name ?? '')}" is ${schema[at]?.type.id ?? 'none'}`;
  const valid = namesOf(schema, ({ type }) => fits(numericKindOf(type)));
  throw new RedQueryError('RQ_OPTION', `${need}${given}; the last result has: ${valid}`, {
    hint: 'CAST(column AS DOUBLE) in the statement makes numbers of text.',
  });
}

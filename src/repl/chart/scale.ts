/** Axes: round steps over a range of numbers or of times, and how their values are written. */

/** What a number on an axis is: a plain number, milliseconds since 1970 (UTC), or milliseconds of a day. */
export type AxisKind = 'number' | 'instant' | 'timeOfDay';

export interface Axis {
  readonly kind: AxisKind;
  readonly least: number;
  readonly greatest: number;
  /** Round values from `least` to `greatest`, rising. */
  readonly ticks: readonly number[];
  readonly textOf: (value: number) => string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30.44 * DAY;
const TIME_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14].map((n) => n * DAY),
];
const MONTH_STEPS: readonly number[] = [1, 2, 3, 6];

/** The smallest round number (1, 2 or 5 times a power of ten) that is at least this. */
export function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= wanted * (1 - 1e-9)) ?? 10 * power;
  return Number.isFinite(step) && step > 0 ? step : Number.MIN_VALUE;
}

/**
 * An axis over [least, greatest] with at most about `mostTicks` ticks; a range of nothing is widened. `leastStep` keeps whole
 * numbers from having ticks between them.
 */
export function axisOver(kind: AxisKind, least: number, greatest: number, mostTicks: number, leastStep = 0): Axis {
  const [low, high] = widened(kind, least, greatest);
  const wanted = high / mostTicks - low / mostTicks;
  if (kind === 'number') return numberAxis(low, high, roundStep(Math.max(wanted, leastStep)));
  const step = TIME_STEPS.find((one) => one >= wanted);
  if (step !== undefined) return timeAxis(kind, low, high, step);
  return calendarAxis(low, high, wanted / MONTH);
}

function widened(kind: AxisKind, least: number, greatest: number): readonly [number, number] {
  if (greatest > least) return [least, greatest];
  const room = kind === 'number' ? Math.max(Math.abs(least) / 10, 1) : DAY / 2;
  return [least - room, least + room];
}

function numberAxis(least: number, greatest: number, step: number): Axis {
  const ticks = stepsWithin(least, greatest, step);
  const far = Math.max(Math.abs(least), Math.abs(greatest));
  const textOf = (value: number): string => axisNumber(value, step, far);
  return { kind: 'number', least, greatest, ticks, textOf };
}

function stepsWithin(least: number, greatest: number, step: number): readonly number[] {
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(greatest / step + 1e-9) - first + 1;
  // Multiplied, not added up: 0.1 + 0.2 is not 0.3. And no negative zero.
  return Array.from({ length: Math.max(0, Math.min(count, 1_000)) }, (_, n) => (first + n) * step + 0);
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** `far`: the greatest distance from zero on the axis, for one unit on all of it. */
function axisNumber(value: number, step: number, far: number): string {
  if (far >= 1e15 || step < 1e-6) return value === 0 ? '0' : String(Number(value.toPrecision(4)));
  const [size, unit] = (far >= 100_000 ? UNITS.find(([one]) => far >= one) : undefined) ?? [1, ''];
  const decimals = Math.max(0, Math.min(8, -Math.floor(Math.log10(step / size) + 1e-9)));
  return `${(value / size).toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals })}${value === 0 ? '' : unit}`;
}

function timeAxis(kind: AxisKind, least: number, greatest: number, step: number): Axis {
  const isOneDay = kind === 'timeOfDay' || greatest - least <= DAY;
  const textOf = (value: number): string => {
    if (step >= DAY) return dateText(value, 10);
    const time = timeText(value, step);
    return isOneDay ? time : `${dateText(value, 10).slice(5)} ${time}`;
  };
  // Weeks begin on Mondays; the first day of 1970 was a Thursday.
  const shift = step % (7 * DAY) === 0 ? 4 * DAY : 0;
  const ticks = stepsWithin(least - shift, greatest - shift, step).map((tick) => tick + shift);
  return { kind, least, greatest, ticks, textOf };
}

/** `12:30`, `12:30:05`, `12:30:05.250`. */
function timeText(value: number, step: number): string {
  const text = isoText(value);
  const at = text.indexOf('T') + 1;
  return text.slice(at, at + (step >= MINUTE ? 5 : step >= SECOND ? 8 : 12));
}

function dateText(value: number, length: number): string {
  const text = isoText(value);
  // Years beyond 9999 have a sign and six digits.
  return text.slice(0, text.indexOf('T') - 10 + length);
}

const FARTHEST_MS = 8.64e15;

function isoText(value: number): string {
  return new Date(Math.max(-FARTHEST_MS, Math.min(FARTHEST_MS, value))).toISOString();
}

function calendarAxis(least: number, greatest: number, wantedMonths: number): Axis {
  const step = MONTH_STEPS.find((one) => one >= wantedMonths) ?? 12 * Math.max(1, roundStep(wantedMonths / 12));
  const start = new Date(least);
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth();
  const ticks: number[] = [];
  for (let month = Math.ceil(firstMonth / step) * step; ticks.length < 1_000; month += step) {
    const at = monthStart(month);
    if (at > greatest || Number.isNaN(at)) break;
    if (at >= least) ticks.push(at);
  }
  return { kind: 'instant', least, greatest, ticks, textOf: (value) => dateText(value, step >= 12 ? 4 : 7) };
}

/** `month`: months since the year 0. Date.UTC would take years below 100 for those of the last century. */
function monthStart(month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(Math.floor(month / 12), ((month % 12) + 12) % 12, 1);
  return date.getTime();
}

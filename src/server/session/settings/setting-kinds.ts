/** Reads the value that a client gives a setting into the form that SHOW gives back, as PostgreSQL's guc.c does. */
import { PgError } from '../../pg-error.ts';

/** Who may change a setting: the user; a superuser; nobody (internal); a restart; a reload. */
export type SettingContext = 'user' | 'superuser' | 'backend' | 'internal' | 'restart' | 'reload';

export interface SettingSpec {
  /** As PostgreSQL writes it: `TimeZone`. */
  readonly name: string;
  readonly context: SettingContext;
  /** In SHOW's form. */
  readonly initial: string;
  /** Gives the value in SHOW's form. @throws {PgError} 22023 what is wrong with it. */
  read(text: string): string;
  /** True where `SET x = a, b` is a list; 'quoted': its parts are identifiers. */
  readonly list?: true | 'quoted';
}

/** How many of the base unit a unit holds; base units: ms, s, min, kB, 8kB, MB, B. */
const UNITS: Readonly<Record<string, readonly (readonly [unit: string, factor: number])[]>> = {
  ms: times(1),
  s: times(1000),
  min: times(60_000),
  B: bytes(1),
  kB: bytes(1024),
  '8kB': bytes(8192),
  MB: bytes(1_048_576),
};

function times(baseMs: number): [string, number][] {
  const all: [string, number][] = [
    ['us', 0.001],
    ['ms', 1],
    ['s', 1000],
    ['min', 60_000],
    ['h', 3_600_000],
    ['d', 86_400_000],
  ];
  return all.map(([unit, ms]) => [unit, ms / baseMs]);
}

function bytes(baseBytes: number): [string, number][] {
  const all: [string, number][] = [
    ['B', 1],
    ['kB', 1024],
    ['MB', 1024 ** 2],
    ['GB', 1024 ** 3],
    ['TB', 1024 ** 4],
  ];
  return all.map(([unit, byteCount]) => [unit, byteCount / baseBytes]);
}

export function invalidValue(name: string, value: string, more: { hint?: string; detail?: string } = {}): PgError {
  return new PgError('22023', `invalid value for parameter "${name}": "${value}"`, more);
}

/** Takes what begins a word of on/off/true/false/yes/no, or 0 or 1. @throws {PgError} 22023 */
export function readBoolean(name: string, text: string): string {
  const word = text.trim().toLowerCase();
  if (word === '1' || (word !== '' && ['true', 'yes'].some((full) => full.startsWith(word))) || word === 'on') return 'on';
  const isOff = word === '0' || (word !== '' && ['false', 'no'].some((full) => full.startsWith(word)));
  if (isOff || word === 'of' || word === 'off') return 'off';
  throw new PgError('22023', `parameter "${name}" requires a Boolean value`);
}

export function readChoice(name: string, text: string, choices: readonly string[]): string {
  const word = text.toLowerCase();
  const choice = choices.find((one) => one.toLowerCase() === word) ?? booleanWord(word, choices);
  if (choice === undefined) throw invalidValue(name, text, { hint: `Available values: ${choices.join(', ')}.` });
  return choice;
}

/** Choices that hold on and off take PostgreSQL's other words for them, too. */
function booleanWord(word: string, choices: readonly string[]): string | undefined {
  if (['true', 'yes', '1'].includes(word)) return choices.find((one) => one === 'on');
  return ['false', 'no', '0'].includes(word) ? choices.find((one) => one === 'off') : undefined;
}

export interface NumberRange {
  readonly isWhole: boolean;
  /** '' for a bare number. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}

const NUMBER = /^\s*([+-]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))\s*([a-z]*)\s*$/i;

/** Gives the number in the setting's base unit. @throws {PgError} 22023 */
export function readNumber(name: string, text: string, range: NumberRange): number {
  const { unit, min, max, isWhole } = range;
  const match = NUMBER.exec(text);
  const written = match?.[2] ?? '';
  const factor = written === '' ? 1 : UNITS[unit]?.find(([known]) => known === written)?.[1];
  if (match === null || factor === undefined) throw invalidValue(name, text, unitHint(match, written, unit));
  const exact = Number(match[1]) * factor;
  const value = isWhole ? roundHalfEven(exact) : exact;
  if (value >= min && value <= max) return value;
  const shown = unit === '' ? '' : ` ${unit}`;
  throw new PgError(
    '22023',
    `${plainNumber(value)}${shown} is outside the valid range for parameter "${name}" (${plainNumber(min)}${shown} .. ${plainNumber(max)}${shown})`,
  );
}

function unitHint(match: RegExpExecArray | null, written: string, unit: string): { hint?: string } {
  const units = UNITS[unit]?.map(([known]) => known);
  if (match === null || written === '' || units === undefined) return {};
  return {
    hint: `Valid units for this parameter are ${units
      .slice(0, -1)
      .map((one) => `"${one}"`)
      .join(', ')}, and "${units.at(-1)}".`,
  };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A number as C's %g prints it. */
function plainNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e10) return String(value);
  const text = String(Number(value.toPrecision(6)));
  return Math.abs(value) >= 1e6
    ? Number(text)
        .toExponential()
        .replace(/e\+(\d)$/, 'e+0$1')
    : text;
}

/** Gives a number as SHOW does: in the largest unit that holds it whole. */
export function showNumber(value: number, { unit, isWhole }: NumberRange): string {
  const units = UNITS[unit];
  if (units === undefined || value <= 0) return unit === '' || value <= 0 ? plainNumber(value) : `${plainNumber(value)}${unit}`;
  for (const [name, factor] of [...units].reverse()) {
    const held = value / factor;
    if (held >= 1 && Math.abs(held - Math.round(held)) < 1e-9) return `${Math.round(held)}${name}`;
  }
  return `${isWhole ? value : plainNumber(value)}${unit === '8kB' ? '' : unit}`;
}

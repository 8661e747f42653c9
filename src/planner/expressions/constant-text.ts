/** Prints constants as SQL writes them, for EXPLAIN and for tests. */
import type { Constant } from '../../storage/index.ts';

const DAY_MS = 86_400_000;
/** DuckDB's infinity of each kind of time, in its own unit. */
const INFINITE_DAYS = 2n ** 31n - 1n;
const INFINITE_TIME = 2n ** 63n - 1n;
interface TimeKind {
  readonly name: string;
  readonly zone: string;
  /** Digits behind the second that the integer holds. */
  readonly digits: number;
}
const TIMES: Readonly<Record<string, TimeKind>> = {
  TIMESTAMP: { name: 'TIMESTAMP', zone: '', digits: 6 },
  'TIMESTAMP WITH TIME ZONE': { name: 'TIMESTAMPTZ', zone: '+00', digits: 6 },
  TIMESTAMP_S: { name: 'TIMESTAMP_S', zone: '', digits: 0 },
  TIMESTAMP_MS: { name: 'TIMESTAMP_MS', zone: '', digits: 3 },
  TIMESTAMP_NS: { name: 'TIMESTAMP_NS', zone: '', digits: 9 },
};

/** Gives `30`, `'it''s'`, `12.50`, `DATE '2024-01-01'`, `TIMESTAMPTZ '2024-01-01 00:00:00+00'`, `NULL`. */
export function constantText({ type, value }: Constant): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return type === 'BLOB' ? `${quoted(value.replace(/../g, '\\x$&'))}::BLOB` : quoted(value);
  if (typeof value !== 'bigint') return String(value);
  const [, scale] = /^DECIMAL\(\d+,(\d+)\)$/.exec(type) ?? [];
  if (scale !== undefined) return decimalText(value, Number(scale));
  if (type === 'DATE') return value >= INFINITE_DAYS || value <= -INFINITE_DAYS ? `DATE ${value}` : dateText(value);
  const time = TIMES[type];
  if (time !== undefined) return timeText(value, time);
  return /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(type) ? String(value) : `${type} ${value}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`}`;
}

/** JavaScript's dates end some 270,000 years from now. */
function dateText(days: bigint): string {
  const date = new Date(Number(days) * DAY_MS);
  return Number.isNaN(date.getTime()) ? `DATE ${days}` : `DATE '${date.toISOString().replace(/T.*/, '')}'`;
}

function timeText(time: bigint, { name, zone, digits }: TimeKind): string {
  if (time >= INFINITE_TIME || time <= -INFINITE_TIME) return `${name} '${time < 0n ? '-' : ''}infinity'`;
  const second = 10n ** BigInt(digits);
  const below = ((time % second) + second) % second;
  const date = new Date(Number((time - below) / second) * 1000);
  if (Number.isNaN(date.getTime())) return `${name} ${time}`;
  const fraction = below === 0n ? '' : `.${String(below).padStart(digits, '0').replace(/0+$/, '')}`;
  return `${name} '${date.toISOString().replace('T', ' ').replace(/\..*/, '')}${fraction}${zone}'`;
}

/** Prints constants as SQL writes them, for EXPLAIN and for tests. */
import type { Constant } from '../../storage/index.ts';

const DAY_MS = 86_400_000;
/** DuckDB's infinity of each kind of time, in its own unit. */
const INFINITE_DAYS = 2n ** 31n - 1n;
const INFINITE_MICROS = 2n ** 63n - 1n;
const TIMES: Readonly<Record<string, { readonly name: string; readonly zone: string }>> = {
  TIMESTAMP: { name: 'TIMESTAMP', zone: '' },
  'TIMESTAMP WITH TIME ZONE': { name: 'TIMESTAMPTZ', zone: '+00' },
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

function timeText(micros: bigint, { name, zone }: { readonly name: string; readonly zone: string }): string {
  if (micros >= INFINITE_MICROS || micros <= -INFINITE_MICROS) return `${name} '${micros < 0n ? '-' : ''}infinity'`;
  const below = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const date = new Date(Number((micros - below) / 1000n));
  if (Number.isNaN(date.getTime())) return `${name} ${micros}`;
  const fraction = below === 0n ? '' : `.${String(below).padStart(6, '0').replace(/0+$/, '')}`;
  return `${name} '${date.toISOString().replace('T', ' ').replace(/\..*/, '')}${fraction}${zone}'`;
}

/** Days and seconds of the proleptic Gregorian calendar. Years are astronomical: 0 is 1 BC. */

export const DAY_SECONDS = 86_400;
export const DAY_MICROS = 86_400_000_000n;

/** Days from 1970-01-01 to 2000-01-01, where PostgreSQL's binary dates begin. */
export const PG_EPOCH_DAYS = 10_957;
export const PG_EPOCH_MICROS = BigInt(PG_EPOCH_DAYS) * DAY_MICROS;

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Turns days since 1970-01-01 into a date. Howard Hinnant, «chrono-Compatible Low-Level Date Algorithms»: years begin in March. */
export function civilFromDays(days: number): CivilDate {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** The way back: days since 1970-01-01. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

export function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? daysFromCivil(year + 1, 1, 1) : daysFromCivil(year, month + 1, 1);
  return next - daysFromCivil(year, month, 1);
}

/** 0 = Sunday. */
export function weekdayOf(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}

/** Splits µs into whole days (floored) and µs of the day, both exact. */
export function splitMicros(micros: bigint): { days: number; microsOfDay: number } {
  const count = Number(micros);
  if (Number.isSafeInteger(count)) {
    const days = Math.floor(count / 86_400_000_000);
    return { days, microsOfDay: count - days * 86_400_000_000 };
  }
  const rest = ((micros % DAY_MICROS) + DAY_MICROS) % DAY_MICROS;
  return { days: Number((micros - rest) / DAY_MICROS), microsOfDay: Number(rest) };
}

export function pad2(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

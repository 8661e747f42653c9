/**
 * DATE `YYYY-MM-DD` and TIME `HH:MM[:SS[.fraction]]`. An integer is neither. Timestamps are in timestamps.ts.
 */
import { daysAt, fractionIn, minutesAt, NONE, secondsAt } from './calendar.ts';
import { type ValueParser, writeInt64 } from './views.ts';

const DATE_LENGTH = 10;
const POINT = 0x2e;
const MICROS = 1e6;

/** Writes days since 1970-01-01. */
export const parseDate: ValueParser = (bytes, start, end, into, row) => {
  if (end - start !== DATE_LENGTH) return false;
  const days = daysAt(bytes, start);
  if (days === NONE) return false;
  into.int32[row] = days;
  return true;
};

/** Writes µs since midnight. */
export const parseTime: ValueParser = (bytes, start, end, into, row) => {
  const length = end - start;
  if (length !== 5 && length !== 8 && length < 10) return false;
  const minutes = minutesAt(bytes, start);
  const seconds = length === 5 ? 0 : secondsAt(bytes, start + 5);
  const micros = length < 10 ? 0 : bytes[start + 8] === POINT ? fractionIn(bytes, start + 9, end, 6) : NONE;
  if (minutes === NONE || seconds === NONE || micros === NONE) return false;
  writeInt64(into, row, (minutes + seconds) * MICROS + micros);
  return true;
};

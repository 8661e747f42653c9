/** Numbers beside bars: all of a column with as many decimals, so that they stand under one another. */
import { grouped } from '../../output/index.ts';

/** Gives the text of each value: thousands grouped, at most three decimals, powers of ten where numbers are very large or small. */
export function numberTexts(values: readonly number[]): readonly string[] {
  const far = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isOdd = far >= 1e15 || (far > 0 && far < 0.001);
  if (isOdd) return values.map((value) => (value === 0 ? '0' : value.toExponential(3)));
  const decimals = values.reduce((most, value) => Math.max(most, decimalsOf(value)), 0);
  return values.map((value) => value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
}

function decimalsOf(value: number): number {
  const text = String(Math.round(value * 1_000) / 1_000);
  const point = text.indexOf('.');
  return point < 0 ? 0 : Math.min(3, text.length - point - 1);
}

/** `1 row`, `1,204 rows`: as words of a sentence. */
export function rowsText(count: number): string {
  return `${grouped(count)} row${count === 1 ? '' : 's'}`;
}

/** Numbers drawn in eighths of a block: a line of small columns, a bar. Pure text, no colours. */

const COLUMNS = '▁▂▃▄▅▆▇█';
const BARS = ' ▏▎▍▌▋▊▉█';

/**
 * Draws one character a value: the least is ▁, the greatest █, in between in even steps. A null (or NaN) is a space; where
 * all values are the same each is ▄.
 */
export function sparkline(values: readonly (number | null)[]): string {
  const numbers = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const least = numbers.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const greatest = numbers.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return values.map((value) => columnOf(value, least, greatest)).join('');
}

function columnOf(value: number | null, least: number, greatest: number): string {
  if (value === null || Number.isNaN(value)) return ' ';
  // Infinities are drawn as the ends; halves keep the difference of huge numbers finite.
  if (value === Number.POSITIVE_INFINITY) return '█';
  if (value === Number.NEGATIVE_INFINITY) return '▁';
  if (least === greatest) return '▄';
  const share = (value / 2 - least / 2) / (greatest / 2 - least / 2);
  return COLUMNS[Math.min(7, Math.floor(share * 8))] ?? ' ';
}

/**
 * Draws a bar of `share` (0 to 1, else cut to it) of `width` columns, in eighths of a column; spaces are not put behind it.
 * What is not zero shows at least an eighth.
 */
export function blockBar(share: number, width: number): string {
  const wanted = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const eighths = share > 0 ? Math.max(1, wanted) : 0;
  const last = BARS[eighths % 8] ?? '';
  return '█'.repeat(Math.floor(eighths / 8)) + (last === ' ' ? '' : last);
}

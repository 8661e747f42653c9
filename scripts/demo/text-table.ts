/** Draws the few rows of a demo query; the shell has a better table, for any data. */
import type { Row } from '../../src/index.ts';

/** One line a row, columns aligned, numbers to the right. */
export function textTable(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => names.map((name) => textOf(row[name])));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const isNumeric = names.map((name) => rows.every((row) => ['number', 'bigint'].includes(typeof row[name])));
  const draw = (line: readonly string[]): string =>
    line
      .map((text, i) => (isNumeric[i] === true ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [draw(names), draw(widths.map((width) => '─'.repeat(width))), ...cells.map(draw)].join('\n');
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Date)
    return value
      .toISOString()
      .replace('T', ' ')
      .replace(/(:00)?\.000Z$/, '');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

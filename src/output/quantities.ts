/** Counts, bytes and times as people read them: short, with their units, the same everywhere. */

/** `1234567` as `1,234,567`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en');
}

/** `1 row`, `1,204 rows`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Three digits at most: `999`, `1.2k`, `410k`, `4.0M`. */
export function shortCount(count: number): string {
  const { digits, unit } = shortened(count);
  return `${digits}${unit}`;
}

/** `812 B`, `96 kB`, `1.2 MB`; a kB is 1,000 bytes. */
export function bytesText(byteCount: number): string {
  const { digits, unit } = shortened(byteCount);
  return `${digits} ${unit}B`;
}

const UNITS = ['', 'k', 'M', 'G', 'T', 'P'];

function shortened(value: number): { readonly digits: string; readonly unit: string } {
  let rest = value;
  let at = 0;
  // What would be rounded to 1000 belongs to the next unit.
  while (Math.round(rest) >= 1000 && at < UNITS.length - 1) {
    rest /= 1000;
    at++;
  }
  return { digits: at === 0 || rest >= 9.95 ? String(Math.round(rest)) : rest.toFixed(1), unit: UNITS[at] ?? '' };
}

/** `0.4 ms`, `42 ms`, `3.2 s`, `2 min 05 s`, `3 h 07 min`, `4 d 22 h`. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3_600) return inTwo(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 2_880) return inTwo(minutes, 60, 'h', 'min');
  return inTwo(Math.round(minutes / 60), 24, 'd', 'h');
}

function inTwo(count: number, size: number, large: string, small: string): string {
  return `${grouped(Math.floor(count / size))} ${large} ${String(count % size).padStart(2, '0')} ${small}`;
}

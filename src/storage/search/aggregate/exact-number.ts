/**
 * Doubles out of FT.AGGREGATE without loss. The module prints 12 digits (trap 12), so that after grouping each number is taken
 * apart on the server by steps that are exact for doubles: its power of two, and its mantissa in two halves of 30 bits.
 */

/** Names of a number's parts. */
export interface NumberParts {
  readonly exponent: string;
  readonly high: string;
  readonly low: string;
}

const HALF = 1_073_741_824;
/** What 12 printed digits are off by, and more. */
const PRINT_ERROR = 1e-11;

/** Gives the words of APPLY that take @source apart into parts whose names begin with `own`. */
export function splitWords(source: string, own: string): { readonly words: readonly string[]; readonly parts: NumberParts } {
  const parts = { exponent: `${own}_e`, high: `${own}_h`, low: `${own}_l` };
  const mantissa = `${own}_m`;
  const words = [
    ['APPLY', `floor(log2(abs(@${source})))`, 'AS', parts.exponent],
    ['APPLY', `abs(@${source})/(2^@${parts.exponent})*${HALF}`, 'AS', mantissa],
    ['APPLY', `floor(@${mantissa})`, 'AS', parts.high],
    ['APPLY', `(@${mantissa}-@${parts.high})*${HALF}`, 'AS', parts.low],
  ].flat();
  return { words, parts };
}

/** Puts the parts together; null where they are not those of a finite double that is printed as `printed`. */
export function joinParts(printed: string, exponent: string, high: string, low: string): number | null {
  if (!/^-?[0-9]/.test(printed)) return null;
  const rounded = Number(printed);
  if (rounded === 0) return 0;
  // First to [1, 2), so that no power of two is out of range.
  const mantissa = (Number(high) + Number(low) / HALF) / HALF;
  const value = mantissa * 2 ** Number(exponent) * Math.sign(rounded);
  const isSame = Number.isFinite(value) && Math.abs(value - rounded) <= Math.abs(rounded) * PRINT_ERROR;
  return isSame ? value : null;
}

/**
 * Gives sum / count as DuckDB computes it for INTEGER and BIGINT: in a long double, which on x86 has 64 bits of mantissa and
 * is then rounded once more. sum: a safe integer.
 */
export function longAverage(sum: number, count: number): number {
  if (process.arch !== 'x64' && process.arch !== 'ia32') return sum / count;
  const magnitude = BigInt(Math.abs(sum));
  if (magnitude === 0n) return 0;
  const divisor = BigInt(count);
  // The quotient's first 64 bits and whether anything follows them.
  const shift = 64n - BigInt(magnitude.toString(2).length) + BigInt(divisor.toString(2).length);
  let scaled = (magnitude << shift) / divisor;
  let isRest = (magnitude << shift) % divisor !== 0n;
  let excess = BigInt(scaled.toString(2).length) - 64n;
  if (excess > 0n) {
    const dropped = scaled & ((1n << excess) - 1n);
    const half = 1n << (excess - 1n);
    const isUp = dropped > half || (dropped === half && (isRest || ((scaled >> excess) & 1n) === 1n));
    scaled = (scaled >> excess) + (isUp ? 1n : 0n);
    isRest = false;
  } else excess = 0n;
  return (Math.sign(sum) * Number(scaled)) / 2 ** Number(shift - excess);
}

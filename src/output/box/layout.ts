/**
 * How wide the columns of a table are: as wide as what was seen of them, and on a terminal together no wider than the
 * window. Knows widths only; draws nothing.
 */

/** Columns shown, by their place in the schema; null stands for the columns left out in the middle. */
export interface TableLayout {
  readonly places: readonly (number | null)[];
  /** One a place: columns of the terminal, without borders. */
  readonly widths: readonly number[];
  /** True where columns were left out or made narrower than what was seen. */
  readonly isCut: boolean;
}

/** Border and one space on either side of each cell. */
const CELL_FRAME = 3;
/** A column is not made narrower than this while others can give. */
const LEAST_WIDTH = 8;

/**
 * Fits columns that want `wanted` widths into `available` columns of a window (null: no limit). The widest give first; if
 * that is not enough, columns in the middle are left out, with a column `…` in their place.
 */
export function layOut(wanted: readonly number[], available: number | null): TableLayout {
  const all = wanted.map((_, place) => place);
  if (available === null || frameOf(wanted.length) + sum(wanted) <= available)
    return { places: all, widths: wanted, isCut: false };
  const places: (number | null)[] = [...all];
  const least = (place: number | null): number => (place === null ? 1 : Math.min(LEAST_WIDTH, wanted[place] ?? 0));
  while (places.length > 3 && frameOf(places.length) + sum(places.map(least)) > available) {
    leaveOutMiddle(places);
  }
  const room = Math.max(places.length, available - frameOf(places.length));
  const widths = narrow(
    places.map((place) => (place === null ? 1 : (wanted[place] ?? 0))),
    room,
  );
  return { places, widths, isCut: true };
}

function leaveOutMiddle(places: (number | null)[]): void {
  const gap = places.indexOf(null);
  if (gap === -1) {
    places.splice(places.length >> 1, 1, null);
    return;
  }
  // Left and right of the gap give in turn, so that first and last columns stay.
  const isLeft = gap > places.length - 1 - gap;
  places.splice(isLeft ? gap - 1 : gap + 1, 1);
}

/** Takes from the widest until all fit; each keeps at least one column. */
function narrow(wanted: readonly number[], room: number): number[] {
  let cap = Math.max(...wanted, 1);
  while (cap > 1 && sum(wanted.map((width) => Math.min(width, cap))) > room) cap--;
  const widths = wanted.map((width) => Math.min(width, cap));
  // What rounding left over goes to the first ones that want it.
  let spare = room - sum(widths);
  return widths.map((width, i) => {
    if (spare <= 0 || width >= (wanted[i] ?? 0)) return width;
    spare--;
    return width + 1;
  });
}

function frameOf(columnCount: number): number {
  return columnCount * CELL_FRAME + 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

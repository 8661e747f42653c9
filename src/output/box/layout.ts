/**
 * How wide the columns of a table are: as wide as what was seen of them, and on a terminal together no wider than the
 * window. Knows widths only; draws nothing.
 */

/** What a column would like, in columns of the terminal. */
export interface ColumnWish {
  readonly name: number;
  readonly type: number;
  /** The widest cell that was seen. */
  readonly data: number;
  /** For cells that are still to come; given where nothing else wants the room. */
  readonly later: number;
  /** Numbers, dates: a part of one is another one. They are left out before they are cut. */
  readonly isRigid: boolean;
  /** Tells rows from each other: cut after all else. */
  readonly isKey: boolean;
}

/** Columns shown, by their place in the schema; null stands for the columns left out in the middle. */
export interface TableLayout {
  readonly places: readonly (number | null)[];
  /** One a place: columns of the terminal, without borders. */
  readonly widths: readonly number[];
  /** True where columns were left out, or names or cells made narrower than what was seen. */
  readonly isCut: boolean;
}

/** Border and one space on either side of each cell. */
const CELL_FRAME = 3;
/** Texts and names are not made narrower than this while columns can be left out. */
const LEAST_TEXT_WIDTH = 8;
/** A key may have so much of the room, and half of it, before texts have more than their least. */
const KEY_WIDTH = 24;

/**
 * Fits columns into `available` columns of a window (null: no limit). Texts give first, the widest most; if that is not enough,
 * columns in the middle are left out, with a column `…` in their place, at last all but one.
 */
export function layOut(wishes: readonly ColumnWish[], available: number | null): TableLayout {
  const all = wishes.map((_, place) => place);
  const full = wishes.map((wish) => Math.max(wish.name, wish.type, wish.data, wish.later));
  if (available === null || frameOf(full.length) + sum(full) <= available) return { places: all, widths: full, isCut: false };
  const places = chosen(wishes, available);
  const room = Math.max(places.length, available - frameOf(places.length));
  const widths = fitted(
    places.map((place) => {
      const wish = place === null ? undefined : wishes[place];
      return wish === undefined ? GAP : stepsOf(wish, room);
    }),
    room,
  );
  const isCut = places.some((place, i) => place === null || (widths[i] ?? 0) < wholeWidthOf(wishes[place]));
  return { places, widths, isCut };
}

function wholeWidthOf(wish: ColumnWish | undefined): number {
  return wish === undefined ? 1 : Math.max(wish.name, wish.data);
}

/** Leaves columns out until those that stay have what they need; null stands for each run of them. */
function chosen(wishes: readonly ColumnWish[], available: number): (number | null)[] {
  const steps = wishes.map((wish) => stepsOf(wish, available - frameOf(1)));
  const isOut = wishes.map(() => false);
  const sums = { texts: sum(steps.map(({ texts }) => texts)), keys: sum(steps.map(({ keys }) => keys)) };
  let shownCount = wishes.length;
  let gapCount = 0;
  for (const place of orderOfLeaving(wishes)) {
    // Two columns are worth more than one though texts are narrow; a whole number alone more than two that are cut.
    const needed = shownCount > 2 ? sums.texts : sums.keys;
    if (shownCount === 1 || frameOf(shownCount + gapCount) + gapCount + needed <= available) break;
    isOut[place] = true;
    shownCount--;
    gapCount += 1 - Number(isOut[place - 1] === true) - Number(isOut[place + 1] === true);
    sums.texts -= steps[place]?.texts ?? 0;
    sums.keys -= steps[place]?.keys ?? 0;
  }
  return wishes.flatMap((_, place) => (isOut[place] !== true ? [place] : isOut[place - 1] === true ? [] : [null]));
}

/** From the middle to the first and the last, keys after all others. */
function orderOfLeaving(wishes: readonly ColumnWish[]): number[] {
  const middle = (wishes.length - 1) / 2;
  const isKey = (place: number): number => Number(wishes[place]?.isKey === true);
  const distance = (place: number): number => Math.abs(place - middle);
  return wishes.map((_, place) => place).sort((a, b) => isKey(a) - isKey(b) || distance(a) - distance(b) || b - a);
}

/** Widths that a column gets one after the other, as far as there is room: each is no narrower than the one before. */
interface Steps {
  /** Numbers and dates are whole. */
  readonly rigid: number;
  /** Keys have their share. */
  readonly keys: number;
  /** Texts and names have the least that makes sense. */
  readonly texts: number;
  readonly wholeKeys: number;
  /** Names and cells are whole. */
  readonly whole: number;
  readonly all: number;
}

type Step = keyof Steps;

const ORDER: readonly Step[] = ['rigid', 'keys', 'texts', 'wholeKeys', 'whole', 'all'];
const GAP: Steps = { rigid: 1, keys: 1, texts: 1, wholeKeys: 1, whole: 1, all: 1 };

function stepsOf(wish: ColumnWish, available: number): Steps {
  const room = Math.max(1, available);
  const { type, data, later, isRigid, isKey } = wish;
  const whole = wholeWidthOf(wish);
  const rigid = isRigid ? Math.min(room, data) : 1;
  const keys = isKey ? Math.min(data, Math.max(KEY_WIDTH, room >> 1)) : rigid;
  const texts = Math.max(keys, Math.min(LEAST_TEXT_WIDTH, whole));
  const wholeKeys = isKey ? Math.max(texts, data) : texts;
  return { rigid, keys, texts, wholeKeys, whole: Math.max(wholeKeys, whole), all: Math.max(wholeKeys, whole, type, later) };
}

/** Goes from step to step; the one that does not fit is made narrower where it is widest. */
function fitted(columns: readonly Steps[], room: number): number[] {
  let widths = columns.map(() => 1);
  for (const step of ORDER) {
    const next = columns.map((steps, i) => Math.max(widths[i] ?? 1, steps[step]));
    if (sum(next) > room) return between(widths, next, room);
    widths = next;
  }
  return widths;
}

/** Widths from `least` to `wanted`, together `room`: all that give are equally wide. */
function between(least: readonly number[], wanted: readonly number[], room: number): number[] {
  const capped = (cap: number): number[] => wanted.map((width, i) => Math.max(least[i] ?? 1, Math.min(width, cap)));
  let cap = Math.max(...wanted, 1);
  while (cap > 1 && sum(capped(cap)) > room) cap--;
  // What rounding left over goes to the first ones that want it.
  let spare = room - sum(capped(cap));
  return capped(cap).map((width, i) => {
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

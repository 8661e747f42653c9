/** The candidates of Tab below the text: labels, kinds and details, one selected. */
import { cutToWidth, displayWidth, type Palette, padToWidth } from '../../../output/index.ts';
import type { Candidate, Completion } from '../../words.ts';
import { drawnText } from '../view/cells.ts';
import { type Row, rowOf } from '../view/frame.ts';

const MOST_ROWS = 8;
const MOST_LABEL_WIDTH = 48;

/** An open menu. It has at least one candidate. */
export class Menu {
  readonly completion: Completion;
  readonly #labelWidth: number;
  #selected = 0;
  #top = 0;

  constructor(completion: Completion) {
    this.completion = completion;
    const widest = completion.candidates.reduce((most, { label }) => Math.max(most, displayWidth(drawnText(label))), 0);
    this.#labelWidth = Math.min(MOST_LABEL_WIDTH, widest);
  }

  get selected(): Candidate | undefined {
    return this.completion.candidates[this.#selected];
  }

  /** Selects another candidate, around at the ends. */
  move(steps: number): void {
    const count = this.completion.candidates.length;
    this.#selected = (((this.#selected + steps) % count) + count) % count;
  }

  /** Selects a candidate a page further; the last one at most. */
  movePage(direction: -1 | 1): void {
    const last = this.completion.candidates.length - 1;
    this.#selected = Math.min(last, Math.max(0, this.#selected + direction * MOST_ROWS));
  }

  /** Draws at most `mostRows` rows of at most `width` columns, `indent` of them blank where there is room. */
  rows(palette: Palette, { width, mostRows, indent }: { width: number; mostRows: number; indent: number }): Row[] {
    const { candidates } = this.completion;
    const isCut = candidates.length > Math.min(MOST_ROWS, mostRows);
    const count = Math.max(1, Math.min(MOST_ROWS, candidates.length, isCut ? mostRows - 1 : mostRows));
    this.#scroll(count);
    const shown = candidates.slice(this.#top, this.#top + count);
    const labelWidth = this.#labelWidth;
    const beside = Math.max(...shown.map(({ kind, detail }) => displayWidth(`${kind} ${drawnText(detail)}`)));
    const left = ' '.repeat(Math.max(0, Math.min(indent - 1, width - labelWidth - beside - 4)));
    const rows = shown.map((candidate, number) => {
      const label = ` ${padToWidth(cutToWidth(drawnText(candidate.label), labelWidth), labelWidth, 'left')} `;
      const isSelected = this.#top + number === this.#selected;
      const piece = isSelected ? ({ style: 'selected', text: label } as const) : ({ style: 'name', text: label } as const);
      const about = ` ${candidate.kind}${candidate.detail === '' ? '' : ` ${drawnText(candidate.detail)}`}`;
      return rowOf([{ style: 'name', text: left }, piece, { style: 'dim', text: about }], palette, width);
    });
    const total = `${left} ${this.#selected + 1} of ${candidates.length}`;
    return isCut && rows.length < mostRows ? [...rows, rowOf([{ style: 'dim', text: total }], palette, width)] : rows;
  }

  #scroll(count: number): void {
    if (this.#selected < this.#top) this.#top = this.#selected;
    if (this.#selected >= this.#top + count) this.#top = this.#selected - count + 1;
  }
}

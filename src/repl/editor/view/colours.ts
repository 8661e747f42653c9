/** The spans of a text, asked for once for each change of it. */
import type { Highlighter, Span } from '../../words.ts';
import type { TextBuffer } from '../text/text-buffer.ts';

/** Longer text is drawn plain: lexing all of it for each key would be felt. */
const MOST_COLOURED = 128 * 1024;

/** The colours of what is edited. */
export class SpanCache {
  readonly #highlight: Highlighter;
  #buffer: TextBuffer | null = null;
  #version = -1;
  #spans: readonly Span[] = [];

  constructor(highlight: Highlighter) {
    this.#highlight = highlight;
  }

  of(buffer: TextBuffer): readonly Span[] {
    if (buffer !== this.#buffer || buffer.version !== this.#version) {
      this.#buffer = buffer;
      this.#version = buffer.version;
      // The length told by the lines: putting a long text together is work, too.
      this.#spans = buffer.offsetOf(buffer.end) > MOST_COLOURED ? [] : this.#highlight(buffer.text);
    }
    return this.#spans;
  }
}

/** Lays one span over others. */
export function withMark(spans: readonly Span[], mark: Span): Span[] {
  const before = spans
    .filter(({ start }) => start < mark.start)
    .map((span) => ({ ...span, end: Math.min(span.end, mark.start) }));
  const behind = spans.filter(({ end }) => end > mark.end).map((span) => ({ ...span, start: Math.max(span.start, mark.end) }));
  return [...before, mark, ...behind];
}

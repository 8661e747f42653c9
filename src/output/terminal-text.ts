/**
 * Text for terminals: how wide it is drawn, cutting it, and taking the teeth out of what could command the terminal. Keys
 * and values of Redis are arbitrary bytes; none of them may move a cursor, set a title or answer in the user's name.
 */
import truncatedWidth from 'fast-string-truncated-width';

// C0, DEL, C1, soft hyphen's invisible kin: zero-width and bidirectional controls, line and paragraph separators, BOM;
// the invisible letters of tags, but those of a flag.
const CONTROLS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}](?<!\u{1f3f4}[\u{e0020}-\u{e007f}]+)/gu;

function escapeOf(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Writes every control character as `\n`, `\t`, `\x1b`, `\u202e`: the result stays on one line and commands nothing. */
export function escapeControls(text: string): string {
  return text.replace(CONTROLS, escapeOf);
}

/** As `escapeControls`, but line breaks stay, for text of several lines. */
export function escapeControlsKeepLines(text: string): string {
  return text.replace(CONTROLS, (character) => (character === '\n' ? '\n' : escapeOf(character)));
}

/** As `escapeControlsKeepLines`, in the way that JSON escapes, so that JSON stays JSON. */
export function escapeControlsInJson(json: string): string {
  return json.replace(CONTROLS, (character) =>
    character === '\n'
      ? '\n'
      : Array.from({ length: character.length }, (_, at) => jsonEscapeOf(character.charCodeAt(at))).join(''),
  );
}

function jsonEscapeOf(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

const PLAIN = /^[\x20-\x7e]*$/;
// Joiners that join no emoji, and what else takes no column though the width table counts one for it.
const UNDRAWN = /[\u200b\u200c\u200e\u200f\u2060\ufeff]|\u200d(?!\p{Extended_Pictographic})/gu;
let segmenter: Intl.Segmenter | undefined;
const WHOLE = { limit: Number.POSITIVE_INFINITY, ellipsis: '' };

/** Gives the columns that text takes on a terminal. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return truncatedWidth(text.replace(UNDRAWN, ''), WHOLE).width;
}

/** Cuts text to `width` columns, the last of which is then `…`; text that fits stays as it is. */
export function cutToWidth(text: string, width: number): string {
  if (PLAIN.test(text)) return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
  if (displayWidth(text) <= width) return text;
  // The package's own cut is not taken: version 3.0.2 cuts runs of `│─·` and of marks at a wrong place.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    used += displayWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Cuts text at its beginning to `width` columns, the first of which is then `…`. */
export function cutToWidthFromEnd(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let at = text.length;
  let used = 0;
  for (const { segment } of [...segmenter.segment(text)].reverse()) {
    used += displayWidth(segment);
    if (used > width - 1) break;
    at -= segment.length;
  }
  return `…${text.slice(at)}`;
}

/** Fills text up with spaces to `width` columns, behind it or before it. */
export function padToWidth(text: string, width: number, side: 'left' | 'right'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return side === 'left' ? text + spaces : spaces + text;
}

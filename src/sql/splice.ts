/** Replaces pieces of a text and keeps account of it, so that a place in the new text can be shown in the old one. */

export interface Edit {
  /** Offsets into the old text, UTF-16; an insertion has start = end. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Spliced {
  readonly text: string;
  /** Gives the offset in the old text of an offset in the new one; inside a replacement, the start of what it replaced. */
  mapPosition(offset: number): number;
}

/** Makes `edits` (in order, not overlapping) in `text`. */
export function splice(text: string, edits: readonly Edit[]): Spliced {
  let result = '';
  let at = 0;
  const shifts: { newStart: number; newEnd: number; oldStart: number; oldEnd: number }[] = [];
  for (const edit of edits) {
    result += text.slice(at, edit.start);
    const newStart = result.length;
    result += edit.text;
    shifts.push({ newStart, newEnd: result.length, oldStart: edit.start, oldEnd: edit.end });
    at = edit.end;
  }
  result += text.slice(at);
  return {
    text: result,
    mapPosition(offset) {
      const last = shifts.findLast((shift) => shift.newStart <= offset);
      if (last === undefined) return offset;
      return offset < last.newEnd ? last.oldStart : last.oldEnd + (offset - last.newEnd);
    },
  };
}

/** Gives the UTF-16 offset of a byte offset into the UTF-8 form of `text` (DuckDB's positions are in bytes). */
export function offsetFromBytes(text: string, byteOffset: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byteOffset).toString('utf8').length;
}

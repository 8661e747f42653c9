/** Reads what EXPLAIN says of each scan, for the counts: how it reads, and where each predicate is answered. */

export interface ScanNote {
  /** `redis_hash`. */
  readonly source: string;
  /** Label and text of each line. */
  readonly lines: readonly (readonly [label: string, text: string])[];
}

/** Takes the blocks of the scans out of EXPLAIN's text; DuckDB's own plan stands before them. */
export function scanNotesOf(text: string): ScanNote[] {
  const notes: { source: string; lines: [string, string][] }[] = [];
  for (const line of text.split('\n')) {
    const head = /^redis_(\w+)\(/.exec(line);
    if (head !== null) notes.push({ source: `redis_${head[1] ?? ''}`, lines: [] });
    const note = notes.at(-1);
    const [, label, rest] = /^ {2}(\S.{0,8}?) {2,}(.+)$/.exec(line) ?? /^ {2}( {9})(\S.*)$/.exec(line) ?? [];
    if (head === null && note !== undefined && label !== undefined && rest !== undefined) {
      note.lines.push([label.trim() || (note.lines.at(-1)?.[0] ?? ''), rest]);
    }
  }
  return notes;
}

/** Takes names and numbers out of a sentence, so that equal reasons are counted together. */
export function reasonOf(text: string): string {
  return text
    .replaceAll(/idx:\S+?(?=[\s,:;]|$)/g, 'IDX')
    .replaceAll(/'(?:[^']|'')*'/g, '…')
    .replaceAll(/"[^"]*"/g, '…')
    .replaceAll(/\d[\d,.]*/g, 'N');
}

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
    .replaceAll(/idx:t\d:\d/g, 'IDX')
    .replaceAll(/'(?:[^']|'')*'/g, '…')
    .replaceAll(/"[^"]*"/g, '…')
    .replaceAll(/\d[\d,.]*/g, 'N');
}

/** One line of EXPLAIN for the counts. */
export interface Said {
  readonly group: 'way' | 'rule' | 'fallback' | 'command' | 'remark';
  readonly what: string;
  readonly isPushed: boolean;
}

/** Says what a line tells of push-down; null where that is nothing. */
export function saidBy(label: string, text: string): Said | null {
  switch (label) {
    case 'access': {
      const way =
        /^(?:SCAN|FT\.\w+|TS\.\w+|none|one command)/.exec(text)?.[0] ??
        (/^[\d,]+ keys?/.test(text) ? 'named keys' : reasonOf(text));
      return { group: 'way', what: way, isPushed: way !== 'SCAN' };
    }
    case 'filter':
      return filterSaid(text);
    case 'limit':
      return text.startsWith('stops')
        ? { group: 'rule', what: 'LIMIT', isPushed: true }
        : { group: 'fallback', what: 'LIMIT, counted by DuckDB', isPushed: false };
    // A block that is not answered has no such line; it says why under `grouping`.
    case 'groups':
      return { group: 'rule', what: 'GROUP BY', isPushed: true };
    case 'grouping':
      return { group: 'fallback', what: `GROUP BY: ${reasonOf(text)}`, isPushed: false };
    case 'command':
      return { group: 'command', what: /^[A-Z.]+(?: …)?/.exec(text)?.[0].trim() ?? '', isPushed: false };
    case 'why':
    case 'plan':
      return { group: 'remark', what: reasonOf(text).slice(0, 160), isPushed: false };
    default:
      return null;
  }
}

/** `age > 30 → index idx:user, exact`; `city = 'Paris' → index idx:user, re-checked: tag ignores case`; `… → DuckDB: why`. */
function filterSaid(text: string): Said {
  const [, predicate = text, where = ''] = /^(.*) → (.*)$/.exec(text) ?? [];
  const [, place = '', answer] = /^(.*?), (exact|re-checked)/.exec(where) ?? [];
  if (answer === undefined)
    return { group: 'fallback', what: `${formOf(predicate)}: ${reasonOf(where)}`.slice(0, 160), isPushed: false };
  return {
    group: 'rule',
    what: `${reasonOf(place)}: ${formOf(predicate)}, ${reasonOf(where.slice(place.length + 2))}`,
    isPushed: true,
  };
}

/** The kind of a predicate, from its text. */
function formOf(predicate: string): string {
  const bare = predicate.replaceAll(/'(?:[^']|'')*'/g, '…');
  if (bare.startsWith('NOT ')) return 'NOT';
  if (bare.includes(' OR ')) return 'OR';
  if (bare.startsWith('starts_with(')) return 'prefix';
  if (bare.startsWith('[')) return 'other';
  return / (IS NOT NULL|IS NULL|NOT IN|IN|<>|<=|>=|=|<|>)(?: |$)/.exec(bare)?.[1] ?? 'other';
}

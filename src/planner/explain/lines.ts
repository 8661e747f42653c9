/** The lines of EXPLAIN: a label and a text each, free of control characters whatever a key or a constant holds. */

export type Line = readonly [label: string, text: string];

/** Gives the block: its head, then the lines, indented and aligned. */
export function blockOf(head: string, lines: readonly Line[]): string {
  return [head, ...lines.map(([label, text]) => `  ${label.padEnd(9)} ${text}`)].map(oneLine).join('\n');
}

/** `1234567` as `1,234,567`. */
export function grouped(count: number | bigint): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function milliseconds(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : grouped(Math.round(ms))} ms`;
}

export function counted(count: number, one: string): string {
  return `${grouped(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** Cuts a text that may be of any length. */
export function shortened(text: string, mostCharacters: number): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** A pattern or a constant may hold line breaks and control bytes; the block's lines are its own. */
export function oneLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** What a person did at the keyboard, decoded from bytes. */

/**
 * One deed.
 * - text: printable characters, as many as came at once
 * - paste: what stood between the marks of a bracketed paste, as it came
 * - key: any other key: `enter`, `up`, `ctrl-a`, `alt-b`, `ctrl-left`, `alt-enter`; `ctrl-` goes before `alt-`, that before
 *   `shift-`. `newline` is Ctrl-J
 * - end: no more keys will come
 */
export type KeyEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'paste'; readonly text: string }
  | { readonly kind: 'key'; readonly name: string }
  | { readonly kind: 'end' };

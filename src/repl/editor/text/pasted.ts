/** What is taken of pasted text. */

/** Line breaks become `\n`, those at the end go, Tabs stay; no other control byte gets into a statement. */
export function textFromPaste(pasted: string): string {
  return pasted
    .replace(/\r\n?/g, '\n')
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '')
    .replace(/\n+$/, '');
}

/** Tells texts that hold a password, as far as words tell it: such texts are kept nowhere. Takes time linear in the text. */

/** Words beside which a password stands, in Redis and elsewhere. */
const SECRET_WORD =
  /passw|passphrase|\bpwd\b|\bauth2?\b|\bacl\b|secret|credential|masterauth|\b(?:access|auth|api|bearer|refresh)_?(?:key|token)\b|\btoken\b/i;
/** `HELLO 3 AUTH …`, and not 'hello' in a string. */
const HELLO = /^[ \t]*(?:\.\w+[ \t]+)?hello\b/im;

/** True where a text may hold a secret. A text too many is the price of none too few. */
export function mayHoldSecret(text: string): boolean {
  return hasUrlWithUser(text) || SECRET_WORD.test(text) || HELLO.test(text);
}

/** A user's name, a password or both before a host: `redis://ann:secret@host`. A pattern would be slow for texts of many `://`. */
function hasUrlWithUser(text: string): boolean {
  if (!text.includes('://')) return false;
  return text.split(/\s+/).some((word) => {
    const at = word.indexOf('://');
    return at >= 0 && word.includes('@', at);
  });
}

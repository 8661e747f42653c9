/** Tells texts that hold a password, as far as words tell it: such texts are kept nowhere. */

/** A user's name, a password or both before a host: `redis://ann:secret@host`. */
const URL_WITH_USER = /[a-z][a-z0-9+.-]*:\/\/\S*@/i;
/** Words beside which a password stands, in Redis and elsewhere. */
const SECRET_WORD =
  /passw|passphrase|\bpwd\b|\bauth2?\b|\bacl\b|secret|credential|requirepass|masterauth|\b(?:access|auth|api|bearer|refresh)_?(?:key|token)\b|\btoken\b/i;
/** `HELLO 3 AUTH …`, and not 'hello' in a string. */
const HELLO = /^\s*(?:\.\w+\s+)?hello\b/im;

/** True where a text may hold a secret. A text too many is the price of none too few. */
export function mayHoldSecret(text: string): boolean {
  return URL_WITH_USER.test(text) || SECRET_WORD.test(text) || HELLO.test(text);
}

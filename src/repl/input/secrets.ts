/**
 * Tells texts that may hold a secret, by the words beside one and by its shape: such texts are kept nowhere. A statement too many
 * that has to be typed again is the price of no password too few. Takes time linear in the text.
 */

/**
 * Words beside which a secret stands, in Redis and elsewhere: in any part of a name (`session_token`, `dbpwd`, `REDISCLI_AUTH`,
 * `tls-key-file-pass`), though not in words that merely contain them (`passenger`, `tokenize`, `author`).
 */
const WORDS: readonly RegExp[] = [
  /passw|passphrase|passcode|passkey|pwd|(?<!com|by|sur|tres|over|under)pass(?![a-z])|(?<![a-z])pw(?![a-z])/,
  /secret|credential|(?<![a-z])creds?(?![a-z])|identified\s+by/,
  /(?<![a-z])o?auth2?(?![a-z])|masterauth|authorization|\bacl\b/,
  /token(?![a-z])|(?<![a-z])(?:bearer|jwt)(?![a-z])/,
  /(?:access|api|auth|encryption|hmac|master|private|shared|sign(?:ing|ature)?|ssh|ssl|tls)[\s_-]?keys?(?![a-z])/,
];
/** Names that hold secrets only now and then: with a text behind them they may. Our `_key` is no such name. */
const ASSIGNED = /(?:[a-z\d][_-]key|tokens|cookie|otp|signature|(?<![a-z])sig)["'`]?\s{0,9}(?:=>|:=|[=:,])?\s{0,9}['"$]/;
/** A URL that is signed: whoever has it may. */
const SIGNED = /[?&;](?:sig|sas|signature|x-(?:amz|goog)-[a-z-]+)=/;

/** Secrets that are known by their beginning: of OpenAI, Stripe, GitHub, GitLab, AWS, Google, Slack, npm, Hugging Face; JWT; PEM. */
const SHAPES: readonly RegExp[] = [
  /(?<![A-Za-z\d])(?:sk-[\w-]{10}|[spr]k_(?:live|test)_|gh[opsur]_\w{16}|github_pat_|glpat-|npm_\w{20}|hf_\w{16}|dop_v1_)/,
  /(?<![A-Za-z\d])(?:A(?:KIA|SIA)[A-Z\d]{12}|AIza[\w-]{20}|ya29\.|xox[a-z]-|SG\.[\w-]{16}|eyJ[\w-]{10})/,
  /-----BEGIN|hooks\.slack\.com\/services/,
];
/** As long as the keys of AWS and Azure, in the letters of base64. */
const BASE64 = /[A-Za-z\d+/]{40,}/g;

/** `HELLO 3 AUTH …`, and not 'hello' in a string. */
const HELLO = /^[ \t]*(?:\.\w+[ \t]+)?hello\b/im;
/** Behind these `-a` is an option and `@` follows a password, however it is written. */
const CONNECTS = /^[ \t]*(?:\.connect\b|\\c(?:onnect)?\b)|\b(?:redis|valkey|keydb)-cli\b|\bredquery\b/im;
const PASSWORD_OPTION = /(?:^|\s)-a\s?\S/;

/** True where a text may hold a secret. */
export function mayHoldSecret(text: string): boolean {
  const lower = text.toLowerCase();
  // `userPass` has its parts, too.
  const parted = text.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, '_').toLowerCase();
  return (
    [...WORDS, ASSIGNED, SIGNED].some((pattern) => pattern.test(lower) || (parted !== lower && pattern.test(parted))) ||
    SHAPES.some((pattern) => pattern.test(text)) ||
    HELLO.test(text) ||
    (CONNECTS.test(text) && (text.includes('@') || PASSWORD_OPTION.test(text))) ||
    hasUser(text) ||
    hasLongKey(text)
  );
}

/**
 * A user's name, a password or both before a host: `redis://ann:secret@host`, `ann:secret@host`. A password may have blanks or
 * quotes in it, so a URL is looked for in words as well as between quotes. One pattern would be slow for texts of many `:`.
 */
function hasUser(text: string): boolean {
  if (!text.includes('@')) return false;
  const hasUrl = [...text.split(/\s+/), ...text.split(/['"\r\n]/)].some((part) => {
    const at = part.indexOf('://');
    return at >= 0 && part.includes('@', at);
  });
  return hasUrl || text.split(/[\s'"`,;()]+/).some(isUserAtHost);
}

/** `@name:ann` of a search is none. */
function isUserAtHost(word: string): boolean {
  const colon = word.indexOf(':');
  const at = word.indexOf('@');
  return colon >= 0 && at > colon + 1 && at + 1 < word.length;
}

/** Small and capital letters and digits at random; hashes and numbers are of fewer kinds. */
function hasLongKey(text: string): boolean {
  return [...text.matchAll(BASE64)].some(([run]) => /[a-z]/.test(run) && /[A-Z]/.test(run) && /\d/.test(run));
}

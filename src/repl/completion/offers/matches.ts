/** Chooses and orders what fits the typed beginning: that which begins so, else that which has it inside, else its letters in order. */
import type { Candidate } from '../../words.ts';

/** A candidate that is made when it is chosen: there may be thousands of offers. */
export interface Offer {
  readonly kind: Candidate['kind'];
  /** What is compared with what is typed, in lower case. */
  readonly match: string;
  /** Gives null for what cannot stand in a text: control characters. */
  make(): Candidate | null;
}

/** A menu of more helps nobody. */
const MOST_CANDIDATES = 200;
/** Letters that must be typed before others may stand between them. */
const LEAST_LETTERS = 2;
/** Names of the user's own are often remembered by a later word: `id` finds `user_id` also where something begins with `id`. */
const OWN_KINDS: ReadonlySet<Candidate['kind']> = new Set(['column', 'table', 'key', 'index', 'file']);
const BEGINS = 0;
const WORD_BEGINS = 1;
const INSIDE = 2;
const SCATTERED = 3;
const NONE = 4;

/** Gives the candidates that fit `typed`, the best first; each text once. @param lists those of the first list come first. */
export function candidatesFor(typed: string, ...lists: readonly (readonly Offer[])[]): readonly Candidate[] {
  const word = typed.toLowerCase();
  const matches: [Offer[], Offer[], Offer[], Offer[]] = [[], [], [], []];
  for (const offers of lists) {
    for (const offer of offers) {
      const quality = qualityOf(offer.match, word);
      // Words of SQL are known by how they begin: `decimal` is no answer to `ci`.
      if (offer.kind !== 'keyword' || quality <= WORD_BEGINS) matches[quality]?.push(offer);
    }
  }
  const [begins, wordBegins, inside, scattered] = matches;
  if (begins.length > 0) return made([...begins, ...wordBegins.filter(({ kind }) => OWN_KINDS.has(kind))]);
  return made(wordBegins.length + inside.length > 0 ? [...wordBegins, ...inside] : scattered);
}

function qualityOf(text: string, word: string): number {
  if (text.startsWith(word)) return BEGINS;
  const at = text.indexOf(word);
  if (at > 0) return /[\p{L}\p{N}]/u.test(text.charAt(at - 1)) && !hasWordAt(text, word, at) ? INSIDE : WORD_BEGINS;
  return word.length >= LEAST_LETTERS && isScattered(text, word) ? SCATTERED : NONE;
}

function hasWordAt(text: string, word: string, from: number): boolean {
  for (let at = text.indexOf(word, from + 1); at > 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at - 1))) return true;
  }
  return false;
}

/** `usid` stands in `user_id`. The first letter must be the first. */
function isScattered(text: string, word: string): boolean {
  if (text.charCodeAt(0) !== word.charCodeAt(0)) return false;
  let at = 0;
  for (let letter = 0; letter < word.length; letter++) {
    at = text.indexOf(word.charAt(letter), at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function made(offers: readonly Offer[]): readonly Candidate[] {
  const candidates = new Map<string, Candidate>();
  for (const offer of offers) {
    const candidate = offer.make();
    if (candidate !== null && !candidates.has(candidate.text)) candidates.set(candidate.text, candidate);
    if (candidates.size === MOST_CANDIDATES) break;
  }
  return [...candidates.values()];
}

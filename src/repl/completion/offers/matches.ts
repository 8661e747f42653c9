/** Chooses and orders what fits the typed beginning: that which begins so, else that which has it inside, else its letters in order. */
import type { Candidate } from '../../words.ts';

/** A candidate with the text that is compared with what is typed, in lower case. */
export interface Offer {
  readonly candidate: Candidate;
  readonly match: string;
}

/** Offers that are as good as each other; of them the order is kept. */
export interface Offers {
  readonly offers: readonly Offer[];
  /** Lower ones come first. */
  readonly rank: number;
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

interface Match {
  readonly offer: Offer;
  readonly rank: number;
  readonly quality: number;
  readonly order: number;
}

/** Gives the candidates that fit `typed`, the best first; each text once. */
export function candidatesFor(typed: string, groups: readonly Offers[]): readonly Candidate[] {
  const word = typed.toLowerCase();
  const matches: Match[] = [];
  let order = 0;
  for (const { offers, rank } of groups) {
    for (const offer of offers) {
      order++;
      const quality = qualityOf(offer.match, word);
      if (quality < NONE) matches.push({ offer, rank, quality, order });
    }
  }
  const best = Math.min(...new Set(matches.map(({ quality }) => quality)));
  const isGood = ({ quality, offer }: Match): boolean =>
    quality === best ||
    (best === WORD_BEGINS && quality === INSIDE) ||
    (best === BEGINS && quality === WORD_BEGINS && OWN_KINDS.has(offer.candidate.kind));
  const good = matches.filter(isGood).sort((a, b) => a.quality - b.quality || a.rank - b.rank || a.order - b.order);
  return withoutRepeats(good.map(({ offer }) => offer.candidate));
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

function withoutRepeats(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (seen.has(candidate.text)) continue;
    seen.add(candidate.text);
    kept.push(candidate);
    if (kept.length === MOST_CANDIDATES) break;
  }
  return kept;
}

/**
 * What a filter over `_key` and the captures of a template says about keys: the leaves that a source's reader of filters
 * needs for them, and the access path that follows. Asks no server. DuckDB checks every filter again.
 */
import { isPrintableEscapeIn } from '../../types/index.ts';
import { ANYTHING, type Box, boxOf, EVERYTHING, NOTHING } from '../ranges/box.ts';
import type { AccessPath, Constant, Predicate, ScanRequest } from '../scan-words.ts';
import { escapeGlob, globMatches, hasSignedRange, literalOf, prefixOf } from './glob.ts';
import { ALL, commonPrefix, intersect, MOST_KEYS, prefixReach, type Reach, unite } from './key-reach.ts';

/** What a pattern covers, taken apart once a request. */
export interface KeyShape {
  readonly bytes: Uint8Array;
  /** The reach that says the same as the pattern; null for a pattern with wildcards inside. */
  readonly reach: Reach | null;
  /** False where which keys match may depend on the server's processor: keys are not picked here then. */
  readonly canPickKeys: boolean;
  readonly template: ScanRequest['template'];
  /** Each key can be taken apart in one way only: captures end at a ':' and nothing else is open. */
  readonly isUniquelyParsed: boolean;
}

/** Keys that a filter leaves; `isExact`: none but those that its key sides allow. */
export interface KeyAccess {
  readonly access: Extract<AccessPath, { kind: 'empty' | 'keys' | 'scan' }>;
  readonly isExact: boolean;
}

/** The side of a box that `_key` is. */
export const KEY_SIDE = 'key';
const CAPTURE_SIDE = 'capture ';

/** Tells whether a side of a box is about keys. */
export function isKeySide(side: string): boolean {
  return side === KEY_SIDE || side.startsWith(CAPTURE_SIDE);
}

/** Takes the pattern of a request apart. */
export function keyShapeOf({ pattern, template }: Pick<ScanRequest, 'pattern' | 'template'>): KeyShape {
  const bytes = Buffer.from(pattern, 'utf8');
  const literal = literalOf(bytes);
  const prefix = prefixOf(bytes);
  const reach: Reach | null = literal !== null ? { kind: 'keys', keys: [literal] } : prefix !== null ? prefixReach(prefix) : null;
  const canPickKeys = reach !== null || !hasSignedRange(bytes);
  return { bytes, reach, canPickKeys, template, isUniquelyParsed: template !== null && isUniquelyParsed(template) };
}

/** Reads one leaf of a filter; null where it is about no key and no capture. */
export function keyBoxOf(leaf: Predicate, columns: ScanRequest['columns'], shape: KeyShape): Box | null {
  if (!('column' in leaf)) return null;
  const column = columns[leaf.column];
  if (column?.role === 'capture') return captureBoxOf(leaf, column, shape);
  if (column?.role !== 'key') return null;
  switch (leaf.kind) {
    case 'comparison':
      return leaf.op === '=' ? boxOfKeys([leaf.value], shape) : ANYTHING;
    case 'in':
      return boxOfKeys(leaf.values, shape);
    case 'prefix':
      // Says nothing under a pattern with wildcards inside.
      return shape.reach === null ? ANYTHING : boxOfPrefix(KEY_SIDE, leaf.prefix);
    case 'isNull':
      // Every row has a key.
      return NOTHING;
    case 'isNotNull':
      return EVERYTHING;
    case 'call':
      return ANYTHING;
    default:
      return leaf satisfies never;
  }
}

/**
 * Gives what comparisons of `_key` in one AND say together: between 'user:1' and 'user:2' every key begins with 'user:'.
 * Keys are compared byte by byte.
 */
export function keyRangeOf(terms: readonly Predicate[], columns: ScanRequest['columns'], shape: KeyShape): Box {
  if (shape.reach === null) return ANYTHING;
  const bounds = terms.flatMap((term) => (isKeyBound(term, columns) ? [term] : []));
  const lows = bounds.filter(({ op }) => op === '>' || op === '>=').map(({ value }) => Buffer.from(value.value, 'utf8'));
  const highs = bounds.filter(({ op }) => op === '<' || op === '<=').map(({ value }) => Buffer.from(value.value, 'utf8'));
  const low = lows.sort((a, b) => Buffer.compare(a, b)).at(-1);
  const high = highs.sort((a, b) => Buffer.compare(a, b))[0];
  if (low === undefined || high === undefined) return ANYTHING;
  if (Buffer.compare(low, high) > 0) return NOTHING;
  // Half of a character is the start of one: keys are compared as bytes, too.
  const box = boxOfPrefix(
    KEY_SIDE,
    Buffer.from(commonPrefix([low, high]))
      .toString('utf8')
      .replace(/\ufffd+$/, ''),
  );
  return { ...box, isExact: false };
}

type KeyBound = Extract<Predicate, { kind: 'comparison' }> & { readonly value: Constant & { readonly value: string } };

/** Tells whether a term bounds `_key` from one side. */
export function isKeyBound(term: Predicate, columns: ScanRequest['columns']): term is KeyBound {
  return (
    term.kind === 'comparison' &&
    columns[term.column]?.role === 'key' &&
    term.op !== '=' &&
    term.op !== '<>' &&
    term.value.type === 'VARCHAR' &&
    typeof term.value.value === 'string' &&
    term.value.value.isWellFormed()
  );
}

/** Gives the keys or the pattern that a box leaves of the shape's pattern. */
export function keyAccessOf(box: Box, shape: KeyShape): KeyAccess {
  if (box.isEmpty) return { access: { kind: 'empty' }, isExact: true };
  const span = box.sides.get(KEY_SIDE);
  const own = span === undefined || span.kind === 'interval' ? ALL : span;
  const hasCaptures = [...box.sides.keys()].some((side) => side.startsWith(CAPTURE_SIDE));
  if (!hasCaptures || own.kind === 'keys') return { access: accessFor(own, shape), isExact: !hasCaptures };
  return capturedAccess(box, own, shape);
}

/** NULL equals nothing. One constant that names no single key makes the whole list unusable. */
function boxOfKeys(constants: readonly Constant[], shape: KeyShape): Box {
  if (!shape.canPickKeys) return ANYTHING;
  const keys = keyTextsOf(constants);
  return keys === null
    ? ANYTHING
    : boxOfTexts(
        KEY_SIDE,
        keys.filter((key) => globMatches(shape.bytes, key)),
      );
}

/** Gives the box of a few texts on one side: more than `MOST_KEYS` are anything. */
function boxOfTexts(side: string, texts: readonly Uint8Array[]): Box {
  const { reach, isExact } = unite([{ reach: { kind: 'keys', keys: texts }, isExact: true }]);
  return boxOf(side, reach, isExact);
}

function keyTextsOf(constants: readonly Constant[]): Uint8Array[] | null {
  const keys: Uint8Array[] = [];
  for (const constant of constants) {
    if (constant.value === null) continue;
    if (!isKeyText(constant)) return null;
    keys.push(Buffer.from(constant.value, 'utf8'));
  }
  return keys;
}

/** A text with an escape may stand for a key of other bytes: `\xff` is how the byte ff is shown. */
function isKeyText(constant: Constant): constant is Constant & { readonly value: string } {
  const { type, value } = constant;
  return type === 'VARCHAR' && typeof value === 'string' && value.isWellFormed() && !isPrintableEscapeIn(value);
}

/** What may be (the start of) an escape is cut off. */
function boxOfPrefix(side: string, text: string): Box {
  if (!text.isWellFormed()) return ANYTHING;
  const certain = /^[^]*?(?=\\x[89a-f][0-9a-f]|\\(?:x[89a-f]?)?$)/.exec(text)?.[0] ?? text;
  return boxOf(side, prefixReach(Buffer.from(certain, 'utf8')), certain.length === text.length);
}

/** Only a capture that is read as text has one spelling a value: the number 7 may stand as 7 or as 007. */
function captureBoxOf(
  leaf: Extract<Predicate, { column: number }>,
  { type, capture = 0 }: ScanRequest['columns'][number],
  shape: KeyShape,
): Box {
  if (leaf.kind === 'isNull' || leaf.kind === 'isNotNull' || leaf.kind === 'call') return ANYTHING;
  if (type.id !== 'VARCHAR' || type.alias !== undefined || !shape.canPickKeys) return ANYTHING;
  const side = `${CAPTURE_SIDE}${capture}`;
  if (leaf.kind === 'prefix') return boxOfPrefix(side, leaf.prefix);
  if (leaf.kind === 'comparison' && leaf.op !== '=') return ANYTHING;
  const texts = keyTextsOf(leaf.kind === 'in' ? leaf.values : [leaf.value]);
  if (texts === null) return ANYTHING;
  const piece = shape.template?.pieces.filter((one) => one.kind === 'capture')[capture];
  const mayHoldColon = piece?.isGreedy !== false;
  return boxOfTexts(
    side,
    texts.filter((text) => text.length > 0 && (mayHoldColon || !text.includes(COLON))),
  );
}

const COLON = 0x3a;

function isUniquelyParsed({ pieces }: NonNullable<ScanRequest['template']>): boolean {
  return pieces.every((piece, index) => {
    if (piece.kind === 'glob') return literalOf(Buffer.from(piece.text, 'utf8')) !== null;
    const next = pieces[index + 1];
    return !piece.isGreedy && (next === undefined || (next.kind === 'glob' && next.text.startsWith(':')));
  });
}

/** Keys of a template by what its captures may be: named where that is few and all of it, else a narrower pattern. */
function capturedAccess(box: Box, own: Reach, shape: KeyShape): KeyAccess {
  const { isUniquelyParsed: isExact, template } = shape;
  const parts: CapturePart[] = [];
  let capture = 0;
  for (const piece of template?.pieces ?? []) {
    if (piece.kind === 'glob') parts.push({ glob: Buffer.from(piece.text, 'utf8'), reach: null });
    else parts.push({ glob: null, reach: reachOf(box, `${CAPTURE_SIDE}${capture++}`) });
  }
  const keys = namedKeys(parts);
  if (keys !== null) {
    const live = keys.filter((key) => globMatches(shape.bytes, key));
    const { reach } = intersect({ reach: own, isExact: true }, { reach: { kind: 'keys', keys: live }, isExact: true });
    return { access: accessFor(reach, shape), isExact };
  }
  const pattern = Buffer.concat(parts.map(globOfPart));
  const isTold = parts.every(({ reach }) => reach === null || reach.kind !== 'keys' || reach.keys.length === 1);
  return { access: { kind: 'scan', pattern }, isExact: isExact && isTold && own.kind === 'all' };
}

/** A literal piece of a template, or what one capture may be. */
type CapturePart = { readonly glob: Uint8Array; readonly reach: null } | { readonly glob: null; readonly reach: Reach };

function reachOf(box: Box, side: string): Reach {
  const span = box.sides.get(side);
  return span === undefined || span.kind === 'interval' ? ALL : span;
}

/** Gives every key that the parts spell; null where they are open, or too many. */
function namedKeys(parts: readonly CapturePart[]): Uint8Array[] | null {
  let keys: Uint8Array[] = [new Uint8Array(0)];
  for (const { glob, reach } of parts) {
    const literal = glob === null ? null : literalOf(glob);
    const texts = reach === null ? (literal === null ? null : [literal]) : reach.kind === 'keys' ? reach.keys : null;
    if (texts === null || keys.length * texts.length > MOST_KEYS) return null;
    keys = keys.flatMap((key) => texts.map((text) => Buffer.concat([key, text])));
  }
  return keys;
}

function globOfPart({ glob, reach }: CapturePart): Uint8Array {
  if (reach === null) return glob;
  if (reach.kind === 'all') return STAR;
  if (reach.kind === 'prefix') return Buffer.concat([escapeGlob(reach.prefix), STAR]);
  const [only] = reach.keys;
  if (only !== undefined && reach.keys.length === 1) return escapeGlob(only);
  return Buffer.concat([escapeGlob(commonPrefix(reach.keys)), STAR]);
}

const STAR = Buffer.from('*');

function accessFor(own: Reach, shape: KeyShape): KeyAccess['access'] {
  const all = { reach: own, isExact: true };
  const { reach } = shape.reach === null ? all : intersect({ reach: shape.reach, isExact: true }, all);
  switch (reach.kind) {
    case 'all':
      return { kind: 'scan', pattern: shape.bytes };
    case 'keys':
      return reach.keys.length === 0 ? { kind: 'empty' } : { kind: 'keys', keys: reach.keys };
    case 'prefix':
      return { kind: 'scan', pattern: patternOf(reach.prefix, shape) };
    default:
      return reach satisfies never;
  }
}

/** The user's own pattern stays as it was written when nothing narrows it. */
function patternOf(prefix: Uint8Array, shape: KeyShape): Uint8Array {
  const own = shape.reach?.kind === 'prefix' ? shape.reach.prefix : null;
  return own !== null && own.length === prefix.length ? shape.bytes : Buffer.concat([escapeGlob(prefix), STAR]);
}

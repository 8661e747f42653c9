import { expect, it } from 'vitest';
import { type KeyNumbers, keysText } from '../../../src/repl/explain/keys-text.ts';

const walk = (keysScanned: number, share: number, server = 'default'): KeyNumbers => ({
  server,
  keysScanned,
  walkedMillionths: share * 1e6,
});
const byName = (keysScanned: number): KeyNumbers => ({ server: 'default', keysScanned, walkedMillionths: 0 });

it.each<[string, readonly KeyNumbers[], number | null, string]>([
  ['a walk that found few', [walk(2, 1)], 299_108, '299,108 keys walked, 2 matched'],
  ['a walk that found none', [walk(0, 1)], 1, '1 key walked, 0 matched'],
  ['a walk that found all', [walk(20_000, 1)], 20_000, '20,000 keys scanned'],
  ['a walk that found all but one', [walk(19_999, 1)], 20_000, '20,000 keys walked, 19,999 matched'],
  ['more keys than there are by now', [walk(5, 1)], 3, '5 keys scanned'],
  ['a walk that a LIMIT ended', [walk(100, 0.012)], 100_000, 'about 1.2k keys walked, 100 matched'],
  ['a walk that a LIMIT ended where all match', [walk(1_150, 0.012)], 100_000, '1,150 keys scanned'],
  ['two walks', [walk(2, 1), walk(3, 1)], 1_000, '2,000 keys walked, 5 matched'],
  ['two walks, one ended early', [walk(2, 1), walk(3, 0.5)], 1_000, 'about 1.5k keys walked, 5 matched'],
  ['a walk of a database of unknown size', [walk(2, 1)], null, 'all keys walked, 2 matched'],
  ['part of a walk there', [walk(2, 0.305)], null, '30% of the keys walked, 2 matched'],
  ['a walk on another server', [walk(2, 1, 'eu')], 1_000, 'all keys walked, 2 matched'],
  ['a walk beside keys by name', [walk(2, 1), byName(40)], 1_000, '1,000 keys walked, 2 matched, 40 more read'],
  ['keys by name', [byName(1)], 1_000, '1 key scanned'],
])('says of %s what was looked at', (_, scans, databaseKeys, text) => expect(keysText(scans, databaseKeys)).toBe(text));

/** Makes the patterns that Tab offers out of a sample of keys. */
import { globOf, keyShapesIn, templateOf } from '../../../storage/index.ts';
import type { KeySample } from '../../keyspace/sample.ts';
import type { KeyFact } from './facts.ts';

/** Shapes beyond these are rare ones. */
const MOST_SHAPES = 10_000;

/** Gives the patterns of the sampled keys, those with the most keys first. Names that are no plain text are left out. */
export function keyFactsFrom({ keys, visitedKeys, databaseKeys }: KeySample): readonly KeyFact[] {
  const factor = databaseKeys === null || visitedKeys === 0 ? 1 : Math.max(1, databaseKeys / visitedKeys);
  const plain = keys.filter(({ key, raw }) => !/\p{Cc}|\p{Cf}/u.test(key) && raw.equals(Buffer.from(key)));
  return keyShapesIn(plain)
    .slice(0, MOST_SHAPES)
    .map((shape) => ({
      // Braces of a key's own are escaped: redquery reads templates where Redis reads globs.
      pattern: globOf(shape).replace(/[{}]/g, '\\$&'),
      template: templateOf(shape, new Set()),
      type: shape.type,
      count: Math.round(shape.count * factor),
    }));
}

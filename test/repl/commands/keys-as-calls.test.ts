import { expect, it } from 'vitest';
import { typesText } from '../../../src/repl/commands/look/keys-as-calls.ts';

const hash = { type: 'hash', call: "redis_hash('a:*')", count: 1_200 };
const bloom = { type: 'bloom', call: null, count: 3 };

it.each([
  [[hash], null, null],
  [[hash, bloom], null, 'a:*: 1,200 hash, 3 bloom (no table) keys'],
  [[bloom], 40_000, 'a:*: 3 bloom (no table) keys among the first 40,000 of the database'],
] as const)('says of which types keys are where that is not one table: %j', (calls, visitedKeys, text) => {
  expect(typesText('a:*', { calls, visitedKeys })).toBe(text);
});

import { expect, it } from 'vitest';
import { engineZone } from '../../../src/server/data/engine-link.ts';

it.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['UTC', 'UTC'],
  ['<-05>+05', 'Etc/GMT+5'],
  ['<+03>-03', 'Etc/GMT-3'],
  ['<+00>-00', 'UTC'],
])('gives the engine %s as %s', (zone, expected) => {
  expect(engineZone(zone)).toBe(expected);
});

it('refuses fixed offsets that the engine has no name for', () => {
  expect(() => engineZone('<+05:30>-05:30')).toThrow(/is not available/);
});

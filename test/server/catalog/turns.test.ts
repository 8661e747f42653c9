/** Who is next. */
import { expect, it } from 'vitest';
import { Turns } from '../../../src/server/catalog/process/turns.ts';

function turnsAt(): { turns: Turns; clock: { ms: number } } {
  const clock = { ms: 0 };
  return { turns: new Turns(() => clock.ms), clock };
}

const line = (...owners: string[]) => owners.map((owner, place) => ({ owner, place }));

it('takes what came first where all have used the same', () => {
  const { turns } = turnsAt();
  expect(turns.take(line('a', 'b', 'a'))).toEqual({ owner: 'a', place: 0 });
});

it('takes the first of who has used least', () => {
  const { turns } = turnsAt();
  turns.note('a', 30);
  turns.note('b', 20);
  const waiting = line('a', 'a', 'b', 'b', 'a');
  expect([turns.take(waiting), waiting.length]).toEqual([{ owner: 'b', place: 2 }, 4]);
});

it('gives nothing of an empty line', () => {
  expect(turnsAt().turns.take([])).toBeUndefined();
});

it('forgets by half in five seconds, and whom it has forgotten altogether', () => {
  const { turns, clock } = turnsAt();
  turns.note('a', 1000);
  expect(turns.hasOthers('a')).toBe(false);
  expect(turns.hasOthers('b')).toBe(true);
  clock.ms = 5_000;
  expect(turns.usedBy('a')).toBeCloseTo(500);
  clock.ms = 60_000;
  turns.note('b', 1);
  expect([turns.usedBy('a'), turns.hasOthers('b'), turns.hasOthers('c')]).toEqual([0, false, true]);
});

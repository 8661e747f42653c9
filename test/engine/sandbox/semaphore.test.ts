import { describe, expect, it } from 'vitest';
import { StatementGate } from '../../../src/engine/statement-gate.ts';
import { Semaphore } from '../../../src/engine/thread/semaphore.ts';

/** Starts work that ends when it is told to; `started` names what runs or has run, in order. */
function startAll(semaphore: Semaphore, owners: readonly (string | null)[]) {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const all = owners.map((owner, index) =>
    semaphore.run(() => {
      started.push(`${owner} ${index}`);
      return new Promise<void>((resolve) => {
        ends[index] = resolve;
      });
    }, owner),
  );
  return { started, end: (index: number) => ends[index]?.(), all };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('gives one owner a part of the places, and others theirs at once', async () => {
    const { started, end, all } = startAll(new Semaphore(4, 2), ['a', 'a', 'a', 'b', null, null]);
    await settle();
    expect(started).toEqual(['a 0', 'a 1', 'b 3', 'null 4']);
    end(3);
    await settle();
    expect(started).toEqual(['a 0', 'a 1', 'b 3', 'null 4', 'null 5']);
    end(0);
    await settle();
    expect(started.at(-1)).toBe('a 2');
    for (const index of [1, 2, 4, 5]) end(index);
    await Promise.all(all);
  });

  it('lets owners take turns, and those without one come in order', async () => {
    const { started, end, all } = startAll(new Semaphore(1), ['a', 'a', 'a', 'b', null, null]);
    for (let i = 0; i < 6; i++) {
      await settle();
      end(Number(started.at(-1)?.split(' ')[1]));
    }
    await Promise.all(all);
    expect(started).toEqual(['a 0', 'a 1', 'b 3', 'a 2', 'null 4', 'null 5']);
  });
});

describe('StatementGate', () => {
  it('keeps places for others', async () => {
    const { signal } = new AbortController();
    const gate = new StatementGate(3, 2, 50);
    await gate.enter(signal, 'a');
    await gate.enter(signal, 'a');
    const third = gate.enter(signal, 'a');
    await gate.enter(signal, 'b');
    await expect(third).rejects.toMatchObject({ code: 'RQ_BUSY' });
    const waiting = gate.enter(signal, 'a');
    const other = gate.enter(signal);
    gate.leave('b');
    await other;
    gate.leave('a');
    await waiting;
    gate.leave();
    await gate.enter(signal, 'b');
    await expect(gate.enter(signal, 'b')).rejects.toMatchObject({ code: 'RQ_BUSY' });
  });
});

describe('Semaphore with patience', () => {
  it('lets the next begin beside work that lasts longer than its patience', async () => {
    const semaphore = new Semaphore(1, 1, { ms: 20, mostOverdue: 1 });
    const first = Promise.withResolvers<void>();
    const begun: string[] = [];
    const running = [
      semaphore.run(async () => {
        begun.push('first');
        await first.promise;
      }),
      semaphore.run(async () => {
        begun.push('second');
        first.resolve();
      }),
    ];
    await Promise.all(running);
    expect(begun).toEqual(['first', 'second']);
  });

  it('lets only so many go on beside those that have places', async () => {
    const semaphore = new Semaphore(1, 1, { ms: 5, mostOverdue: 2 });
    const end = Promise.withResolvers<void>();
    let most = 0;
    let running = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await end.promise;
      running--;
    };
    const all = Array.from({ length: 6 }, () => semaphore.run(work));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(running).toBe(3);
    end.resolve();
    await Promise.all(all);
    expect(most).toBe(3);
  });
});

/** Rows that cursors keep: in which format, how many, and what streams on. */
import { describe, expect, it } from 'vitest';
import { Cursor } from '../../../src/server/session/portals/cursor.ts';
import { KEPT_BYTES_LIMIT, KeptRows } from '../../../src/server/session/portals/kept-rows.ts';
import { DEFAULT_STYLE, type TextStyle } from '../../../src/server/types/index.ts';
import { MessageWriter } from '../../../src/server/wire/message-writer.ts';
import type { EncodedRows, Format, RowSource } from '../../../src/server/words.ts';

const COLUMNS = [{ name: 'n', tableOid: 0, columnNumber: 0, typeOid: 23, typeSize: 4, typeModifier: -1 }];
const until = <T>(promise: Promise<T>): Promise<T> => promise;

function row(value: string | Uint8Array): Uint8Array {
  const writer = new MessageWriter();
  writer.dataRow([value]);
  return writer.take();
}

/** Gives the numbers from 1, padded to `width`, in whatever format is asked for. */
function numbers(count: number, width = 0): RowSource & { asked: (readonly Format[])[]; given: number } {
  const source = {
    asked: [] as (readonly Format[])[],
    given: 0,
    next: async (maxRows: number, formats: readonly Format[]): Promise<EncodedRows> => {
      source.asked.push(formats);
      const rowCount = Math.min(maxRows, count - source.given);
      const values = Array.from({ length: rowCount }, (_, at) => source.given + at + 1);
      source.given += rowCount;
      const bytes = Buffer.concat(
        values.map((value) => row(formats[0] === 1 ? binary(value) : String(value).padStart(width, '0'))),
      );
      return { bytes, rowCount, isDone: source.given === count };
    },
    close: async (): Promise<void> => {},
  };
  return source;
}

function binary(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function cursorOver(source: RowSource, isScroll: boolean, budget = { keptBytes: 0 }): Cursor {
  const tagOf = (rowCount: number): string => `SELECT ${rowCount}`;
  return new Cursor({ source, columns: COLUMNS, isScroll, budget, style: () => DEFAULT_STYLE, tagOf });
}

async function all(source: Pick<RowSource, 'next'>, formats: readonly Format[] = []): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const rows = await source.next(1000, formats);
    parts.push(rows.bytes);
    if (rows.isDone) return Buffer.concat(parts);
  }
}

describe('a SCROLL cursor', () => {
  it('gives rows that it kept as text in binary, too', async () => {
    const cursor = cursorOver(numbers(3), true);
    expect(await all(cursor.fetch('FETCH_FORWARD', 3, false))).toEqual(Buffer.concat([row('1'), row('2'), row('3')]));
    expect(await all(cursor.fetch('FETCH_BACKWARD', 2, false), [1])).toEqual(Buffer.concat([row(binary(2)), row(binary(1))]));
  });

  it('does not give as text what it kept in binary', async () => {
    const cursor = cursorOver(numbers(3), true);
    await all(cursor.fetch('FETCH_FORWARD', 3, false), [1]);
    await expect(all(cursor.fetch('FETCH_BACKWARD', 1, false))).rejects.toMatchObject({ sqlState: '0A000' });
  });

  it('reads back what it kept in the style in which it was printed', async () => {
    let style: TextStyle = { ...DEFAULT_STYLE, dateStyle: 'SQL', dateOrder: 'DMY' };
    const source: RowSource = {
      next: async () => ({ bytes: row('03/02/2024'), rowCount: 1, isDone: true }),
      close: async () => {},
    };
    const columns = COLUMNS.map((column) => ({ ...column, typeOid: 1082 }));
    const cursor = new Cursor({
      source,
      columns,
      isScroll: true,
      budget: { keptBytes: 0 },
      style: () => style,
      tagOf: () => '',
    });
    await all(cursor.fetch('FETCH_FORWARD', 1, false));
    style = DEFAULT_STYLE;
    // Days since 2000-01-01.
    expect(await all(cursor.fetch('FETCH_RELATIVE', 0, false), [1])).toEqual(Buffer.from(row(binary(8799))));
  });

  it('keeps no more than the session may', async () => {
    const budget = { keptBytes: KEPT_BYTES_LIMIT - 100_000 };
    const cursor = cursorOver(numbers(10_000, 100), true, budget);
    await expect(all(cursor.fetch('FETCH_FORWARD', 10_000, false))).rejects.toMatchObject({ sqlState: '53200' });
    await cursor.close();
    expect(budget.keptBytes).toBe(KEPT_BYTES_LIMIT - 100_000);
  });
});

describe('a cursor WITH HOLD', () => {
  it('is read to its end at COMMIT where it is small', async () => {
    const source = numbers(5000);
    const cursor = cursorOver(source, false);
    await all(cursor.fetch('FETCH_FORWARD', 2, false));
    await cursor.hold(until);
    expect(source.given).toBe(5000);
    expect(await all(cursor.fetch('FETCH_FORWARD', 1, false), [1])).toEqual(Buffer.from(row(binary(3))));
    await expect(cursor.fetch('FETCH_RELATIVE', 4997, true).next(1, [])).resolves.toMatchObject({ isDone: false });
  });

  it('streams on behind what was read ahead, and lets go of what was read', async () => {
    const budget = { keptBytes: 0 };
    const source = numbers(100_000, 100);
    const cursor = cursorOver(source, false, budget);
    await cursor.hold(until);
    const ahead = source.given;
    expect(ahead).toBeLessThan(50_000);
    const rows = await all(cursor.fetch('FETCH_FORWARD', 2 ** 31 - 1, false));
    expect(rows.length).toBe(100_000 * row('0'.repeat(100)).length);
    expect(source.given).toBe(100_000);
    expect(budget.keptBytes).toBe(0);
  });
});

describe('many cursors WITH HOLD', () => {
  it('stop reading ahead where there is no room, and stream all their rows', async () => {
    const budget = { keptBytes: 0 };
    const cursors = Array.from({ length: 30 }, () => cursorOver(numbers(50_000, 100), false, budget));
    for (const cursor of cursors) await cursor.hold(until);
    expect(budget.keptBytes).toBeLessThan(KEPT_BYTES_LIMIT);
    for (const cursor of [...cursors.slice(0, 1), ...cursors.slice(-1)]) {
      const rows = await all(cursor.fetch('FETCH_FORWARD', 2 ** 31 - 1, false), [0]);
      expect(rows.length).toBe(50_000 * row('0'.repeat(100)).length);
    }
    for (const cursor of cursors) await cursor.close();
    expect(budget.keptBytes).toBe(0);
  });

  it('leave SCROLL cursors room, which they use before they fail', async () => {
    const budget = { keptBytes: KEPT_BYTES_LIMIT / 2 };
    const cursor = cursorOver(numbers(10_000, 100), true, budget);
    await cursor.hold(until);
    expect(budget.keptBytes).toBe(KEPT_BYTES_LIMIT / 2);
    await expect(all(cursor.fetch('FETCH_FORWARD', 10_000, false))).resolves.toHaveLength(10_000 * row('0'.repeat(100)).length);
  });
});

describe('kept rows', () => {
  it('are numbered from 1, forward and back', () => {
    const kept = new KeptRows({ keptBytes: 0 });
    kept.add(Buffer.concat([row('a'), row('bb'), row('c')]));
    expect(Buffer.concat(kept.slice(2, 3))).toEqual(Buffer.concat([row('bb'), row('c')]));
    expect(Buffer.concat(kept.slice(3, 1))).toEqual(Buffer.concat([row('c'), row('bb'), row('a')]));
    kept.dropTo(2);
    expect(kept.rowCount).toBe(3);
    expect(Buffer.concat(kept.slice(3, 3))).toEqual(Buffer.from(row('c')));
  });
});

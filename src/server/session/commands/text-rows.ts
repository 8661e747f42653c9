/** Rows that the session itself gives: SHOW. Text looks the same in both formats. */
import { MessageWriter } from '../../wire/message-writer.ts';
import type { RowSource } from '../../words.ts';

export function textRows(rows: readonly (readonly (string | null)[])[]): RowSource {
  let at = 0;
  return {
    next: async (maxRows) => {
      const writer = new MessageWriter();
      const given = rows.slice(at, at + maxRows);
      for (const row of given) writer.dataRow(row);
      at += given.length;
      return { bytes: writer.take(), rowCount: given.length, isDone: at >= rows.length };
    },
    close: async () => {
      at = rows.length;
    },
  };
}

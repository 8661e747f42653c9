import { expect, it } from 'vitest';
import { paletteOf } from '../../../src/output/index.ts';
import { writeResult } from '../../../src/repl/result/write-result.ts';
import { DEFAULT_SETTINGS, type TerminalSettings } from '../../../src/repl/settings.ts';
import { integers, table } from '../../support/plain-columns.ts';
import { outputTo } from '../../support/text-output.ts';

it.each<[number, TerminalSettings['maxrows'], number]>([
  [10, 'auto', 4],
  [24, 'auto', 14],
  [35, 'auto', 25],
  [100, 'auto', 40],
  [24, 30, 30],
  [24, 0, 100],
])('draws a box that fits a window of %i lines, where .maxrows is %s', async (rows, maxrows, shown) => {
  const { schema, batch } = table(100, [
    [
      'n',
      { id: 'BIGINT' },
      integers(
        8,
        Array.from({ length: 100 }, (_, n) => n),
      ),
    ],
  ]);
  const { output, text, notes } = outputTo({ isTerminal: true, columns: 40 });
  const batches = (async function* () {
    yield batch;
  })();
  const settings = { ...DEFAULT_SETTINGS, maxrows };
  await writeResult({ schema, batches }, { settings, output, palette: paletteOf(false), rows });
  expect(notes.join()).toContain(shown === 100 ? '100 rows' : `100 rows (${shown} shown)`);
  // With the line of what was cut, that of what it cost, and the prompt.
  const height = text().split('\n').length - 1 + 3;
  expect(maxrows === 'auto' && rows > 13 ? height : rows).toBeLessThanOrEqual(rows);
});

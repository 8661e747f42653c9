/** Which element reader reads which source. */
import { RedQueryError } from '../../errors.ts';
import type { ScanTask } from '../../storage/scan-words.ts';
import type { ElementReader } from '../elements/element-reader.ts';
import { TimeseriesReader } from '../elements/timeseries-reader.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import { CountReader, countCommandOf } from './count-reader.ts';
import { KeysReader } from './keys-reader.ts';
import { ListReader } from './list-reader.ts';
import { SetMembersReader, SetReader } from './set-reader.ts';
import { StreamReader } from './stream-reader.ts';
import { StringReader } from './string-reader.ts';
import { ZsetMembersReader, ZsetReader } from './zset-reader.ts';

/**
 * Makes the reader of a task. Each task has its own.
 * @throws {RedQueryError} RQ_INTERNAL for a source that has none
 */
export function readerFor(task: ScanTask, layout: ElementLayout): ElementReader {
  const { source, range } = task;
  const mostRows = task.rowsPerKey ?? Infinity;
  const countCommand = isCounted(layout) && range === null ? countCommandOf(source) : undefined;
  if (countCommand !== undefined) return new CountReader(source, countCommand, mostRows);
  switch (source) {
    case 'keys':
      return new KeysReader(layout);
    case 'string':
      return new StringReader(layout);
    case 'set':
      if (range?.kind === 'members') return new SetMembersReader(layout, range.members, mostRows);
      return new SetReader(layout, mostRows);
    case 'list':
      return new ListReader(layout, range, mostRows);
    case 'zset':
      if (range?.kind === 'members') return new ZsetMembersReader(layout, range.members, mostRows);
      return new ZsetReader(layout, range, mostRows);
    case 'stream':
      return new StreamReader(layout, range, mostRows);
    case 'timeseries':
      return new TimeseriesReader(task, layout);
    default:
      throw new RedQueryError('RQ_INTERNAL', `no reader for a table of ${source}`);
  }
}

/** True where nobody reads more of a row than its key. */
function isCounted({ slotCount, hasPosition, needsAll }: ElementLayout): boolean {
  return slotCount === 0 && !hasPosition && !needsAll;
}

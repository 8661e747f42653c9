/** Which element reader reads which source. */
import { RedQueryError } from '../../errors.ts';
import type { ScanTask } from '../../storage/scan-words.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';
import type { ElementReader } from './element-reader.ts';
import { StringReader } from './string-reader.ts';
import { TimeseriesReader } from './timeseries-reader.ts';

/**
 * Makes the reader of a task. Each task has its own.
 * @throws {RedQueryError} RQ_INTERNAL for a source that has none
 */
export function readerFor(task: ScanTask, layout: ElementLayout): ElementReader {
  switch (task.source) {
    case 'string':
      return new StringReader(layout);
    case 'timeseries':
      return new TimeseriesReader(task, layout);
    default:
      throw new RedQueryError('RQ_INTERNAL', `no reader for a table of ${task.source}`);
  }
}

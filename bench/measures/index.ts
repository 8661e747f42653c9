/** Every measure, in the order in which they run; each has processes of its own. */
import { wireOneKey } from '../server/wire-one-key.ts';
import { wireRows } from '../server/wire-rows.ts';
import { wireSelectOne } from '../server/wire-select-one.ts';
import { wireStart } from '../server/wire-start.ts';
import type { Measure } from '../support/measure.ts';
import { terminalBox } from '../terminal/terminal-box.ts';
import { terminalInterrupt } from '../terminal/terminal-interrupt.ts';
import { terminalPaste } from '../terminal/terminal-paste.ts';
import { terminalPrompt } from '../terminal/terminal-prompt.ts';
import { terminalTab } from '../terminal/terminal-tab.ts';
import { arrowBatches } from './arrow-batches.ts';
import { decoders } from './decoders.ts';
import { groupBy } from './group-by.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { neighbour } from './neighbour.ts';
import { pointBesideScan } from './point-beside-scan.ts';
import { processStart } from './process-start.ts';
import { search } from './search.ts';
import { serverMemory } from './server-memory.ts';
import { tables } from './tables.ts';
import { timeSeries } from './time-series.ts';

export const MEASURES: readonly Measure[] = [
  groupBy,
  arrowBatches,
  latency,
  processStart,
  memory,
  serverMemory,
  neighbour,
  pointBesideScan,
  decoders,
  search,
  tables,
  timeSeries,
  wireSelectOne,
  wireOneKey,
  wireRows,
  wireStart,
  terminalPrompt,
  terminalPaste,
  terminalBox,
  terminalInterrupt,
  terminalTab,
];

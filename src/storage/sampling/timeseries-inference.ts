/** Looks at some time series under a pattern and says which labels they have. */
import { RedQueryError } from '../../errors.ts';
import type { Command, ControlClient } from '../connections/client.ts';
import { missingModuleError } from '../connections/missing-module.ts';
import { FieldSamples } from './field-samples.ts';
import type { InferenceOptions } from './inference.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { type Taken, walkKeys } from './key-walk.ts';
import { courseNotes } from './sample-notes.ts';

const SERIES = { one: 'time series', many: 'time series', columns: '_key, _ts and value are the only columns' };

/**
 * Samples series and gives their labels as columns, all VARCHAR. No matching series: no columns, and a note.
 * @throws {RedQueryError} RQ_CANCELLED, RQ_UNSUPPORTED on a server without RedisTimeSeries, and what the client and Redis throw.
 */
export async function inferTimeseriesSchema(client: ControlClient, options: InferenceOptions): Promise<InferredSchema> {
  // Labels are text, whatever they hold.
  const samples = new FieldSamples({ allVarchar: true });
  const course = await walkKeys(client, options, (keys) => readLabels(client, keys, samples));
  const { columns, notes, columnNotes } = samples.finish();
  const { foundCount, visitedKeys, skippedKeys, stop } = course;
  const about = { ...options, kind: SERIES, hashCount: foundCount, visitedKeys, skippedKeys, stop };
  return { columns, sampledKeys: foundCount, visitedKeys, skippedKeys, notes: [...courseNotes(about), ...notes], columnNotes };
}

async function readLabels(client: ControlClient, keys: readonly Buffer[], samples: FieldSamples): Promise<Taken> {
  const taken = { foundCount: 0, skippedCount: 0, byteCount: 0 };
  const replies = await client.pipeline(keys.map((key): Command => ['TS.INFO', key]));
  for (const reply of replies) {
    if (reply instanceof RedQueryError) {
      if (/key does not exist/.test(reply.message)) continue;
      if (!/WRONGTYPE|not a TSDB key/.test(reply.message)) throw missingModuleError(reply.message, 'TS.INFO') ?? reply;
      taken.skippedCount += 1;
      continue;
    }
    taken.foundCount += 1;
    samples.beginHash();
    for (const [label, value] of labelsIn(reply)) {
      taken.byteCount += label.length + value.length;
      samples.add(label, value);
    }
  }
  return taken;
}

/** `[name, value, …, "labels", [[label, value], …], …]`; the first of labels that are given twice. */
function labelsIn(reply: unknown): (readonly [Buffer, Buffer])[] {
  if (!Array.isArray(reply)) return [];
  const at = reply.findIndex((item: unknown, index) => index % 2 === 0 && textOf(item) === 'labels');
  const pairs: unknown = at < 0 ? [] : reply[at + 1];
  const seen = new Set<string>();
  return (Array.isArray(pairs) ? pairs : []).flatMap((pair: unknown): [Buffer, Buffer][] => {
    const [label, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    if (!Buffer.isBuffer(label) || !Buffer.isBuffer(value) || seen.has(label.toString('latin1'))) return [];
    seen.add(label.toString('latin1'));
    return [[label, value]];
  });
}

function textOf(item: unknown): string {
  return Buffer.isBuffer(item) ? item.toString('latin1') : String(item);
}

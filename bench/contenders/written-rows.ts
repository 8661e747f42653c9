/**
 * Contender: writes the same rows, kept in memory, to a file in one format or another: what drawing alone costs, in one process.
 * Usage: written-rows.ts URL FILE ROWS.
 */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Batch } from '../../src/arrow/index.ts';
import { connect } from '../../src/index.ts';
import { FORMATS, outputFrom, type Rows, writerFor } from '../../src/output/index.ts';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';

const [url = '', file = '', rowCount = ''] = process.argv.slice(2);

/** Eight columns: numbers, texts of ASCII and beyond, a time, a truth, gaps. */
const STATEMENT = `SELECT i AS id, 'User Number ' || i AS name, 18 + i % 60 AS age, (i * 7919 % 1000003) / 7 AS score,
  ['Berlin', 'Paris', 'New York', 'São Paulo', '東京'][1 + i % 5] AS city, 'user' || i || '@example.com' AS email,
  TIMESTAMP '2026-01-01' + INTERVAL 1 MINUTE * i AS seen, CASE WHEN i % 50 > 0 THEN i % 3 = 0 END AS active
  FROM range(${Number(rowCount)}) t(i)`;

const session = await connect(url);
const result = session.query(STATEMENT);
const schema = await result.schema();
const batches: Batch[] = [];
for await (const batch of result.batches()) batches.push(batch);
await session.close();

await answerJobs({ write });

async function write(args: Readonly<Record<string, unknown>>): Promise<Answer> {
  const format = FORMATS.find((one) => one === args['format']);
  if (format === undefined) throw new Error(`no format "${String(args['format'])}"`);
  const writer = await writerFor(format);
  return await timed(async () => {
    const stream = createWriteStream(file);
    await writer(rows(), outputFrom(stream, { hasColour: false, beforeWrite: () => undefined, note: () => undefined }));
    stream.end();
    await finished(stream);
    return { rows: Number(rowCount), bytes: stream.bytesWritten };
  });
}

function rows(): Rows {
  async function* kept() {
    yield* batches;
  }
  return { schema, batches: kept() };
}

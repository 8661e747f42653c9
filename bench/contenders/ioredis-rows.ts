/** Contender: what an application writes with ioredis, a scan stream and pipelines, rows as objects. Usage: ioredis-rows.ts PORT. */
import { Redis } from 'ioredis';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import type { Answer } from '../support/contender.ts';

interface Row {
  readonly age: number;
  readonly score: number | null;
}

const redis = new Redis({ host: '127.0.0.1', port: Number(process.argv[2]) });

await answerJobs({ groupBy: async () => await timed(groupBy) }, () => redis.disconnect());

/** Averages the scores of each age. */
async function groupBy(): Promise<Answer> {
  const groups = new Map<number, { sum: number; count: number }>();
  let rows = 0;
  for await (const keys of redis.scanStream({ match: 'user:*', count: 1000 })) {
    // The stream gives pages of keys.
    for (const { age, score } of await fetchRows(keys as string[])) {
      rows += 1;
      const group = groups.get(age) ?? { sum: 0, count: 0 };
      groups.set(age, group);
      if (score === null) continue;
      group.sum += score;
      group.count += 1;
    }
  }
  const check = [...groups.values()].reduce((total, { sum, count }) => total + sum / count, 0);
  return { rows, groups: groups.size, check };
}

async function fetchRows(keys: readonly string[]): Promise<Row[]> {
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.hmget(key, 'age', 'score');
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, reply]) => {
    if (error !== null) throw error;
    // HMGET answers a list with an entry a field.
    const [age, score] = reply as (string | null)[];
    return { age: Number(age), score: typeof score === 'string' ? Number(score) : null };
  });
}

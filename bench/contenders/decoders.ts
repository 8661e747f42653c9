/** Contender: redquery with so many workers, reading recorded replies. Usage: decoders.ts PORT WORKERS. */
import { connect } from '../../src/index.ts';
import { answerJobs, timed } from '../support/answer-jobs.ts';
import { sumOfRecorded } from '../support/recorded-rows.ts';

const session = await connect({ url: `redis://127.0.0.1:${process.argv[2]}`, workers: Number(process.argv[3]), isLazy: true });

await answerJobs(
  {
    sum: async () =>
      await timed(async () => {
        const [row] = await session.query(sumOfRecorded()).rows();
        return { rows: Number(row?.['n']) };
      }),
  },
  async () => await session.close(),
);

/** Contender: the floor, in a process of its own. Usage: floor.ts PORT. */
import { answerJobs, timed } from '../support/answer-jobs.ts';
import { runFloor } from '../support/scan-floor.ts';

const port = Number(process.argv[2]);

await answerJobs({
  // The harness names the fields.
  scan: async (args) => await timed(async () => await runFloor(port, args['fields'] as string[])),
});

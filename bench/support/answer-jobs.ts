/** The contender's side of contender.ts: takes a job a line from stdin, answers a line on stdout, ends with its stdin. */
import readline from 'node:readline';
import type { Answer } from './contender.ts';
import { startProfiles } from './profiling.ts';

export type Job = (args: Readonly<Record<string, unknown>>) => Promise<Answer> | Answer;

/** Says that the process is ready, and runs the jobs that it is told, one after the other; then frees what `close` frees. */
export async function answerJobs(
  jobs: Readonly<Record<string, Job>>,
  close: () => Promise<void> | void = () => undefined,
): Promise<void> {
  const writeProfiles = await startProfiles();
  tell({ answer: {} });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    // The harness writes objects with a job's name.
    const { job, ...args } = JSON.parse(line) as { readonly job: string };
    try {
      const run = jobs[job];
      if (run === undefined) throw new Error(`no job "${job}"; jobs: ${Object.keys(jobs).join(', ')}`);
      tell({ answer: await run(args) });
    } catch (error) {
      tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  await writeProfiles();
  await close();
}

function tell(line: { readonly answer: Answer } | { readonly error: string }): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Times a piece of work: wall clock and this process' CPU (all threads), in milliseconds. */
export async function timed(work: () => Promise<Answer>): Promise<Answer> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const answer = await work();
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ...answer, ms, cpuMs: (user + system) / 1000 };
}

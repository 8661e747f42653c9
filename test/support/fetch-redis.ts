/** Finds or fetches the Redis of the live tests once, before the first of them starts. */
import { findRedisProgram } from '../../scripts/redis/redis-program.ts';

export async function setup(): Promise<void> {
  const program = await findRedisProgram();
  if (program.note !== undefined) process.stderr.write(`${program.note}\n`);
}

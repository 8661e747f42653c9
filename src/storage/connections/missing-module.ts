/** The error of a command that a server lacks because the module that has it is not loaded. */
import { RedQueryError } from '../../errors.ts';

/** By the first part of a command's name. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ['JSON', 'RedisJSON'],
  ['TS', 'RedisTimeSeries'],
]);

/** Gives RQ_UNSUPPORTED where an error reply to a module's command says that there is no such command; else null. */
export function missingModuleError(text: string, command: string): RedQueryError | null {
  const module = MODULES.get(command.split('.')[0] ?? '');
  if (module === undefined || !/\bunknown command\b/i.test(text)) return null;
  return new RedQueryError('RQ_UNSUPPORTED', `this server has no ${command}: its module ${module} is not loaded`, {
    hint: 'Redis Stack and Redis 8 have it.',
  });
}

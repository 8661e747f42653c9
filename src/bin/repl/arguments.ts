/** The command line of `redquery repl` as data. Reads no file, opens nothing; what is wrong is told in one sentence. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { COLOUR_OPTION, type ColourChoice, colourFrom } from '../colour-choice.ts';
import { attachValues, type HelpCommand, millisecondsFrom, orUsage, type UsageCommand } from '../option-words.ts';
import { type Environment, REDIS_OPTIONS, type RedisArguments, redisArgumentsFrom } from '../redis-arguments.ts';

export interface TerminalCommand extends RedisArguments {
  readonly kind: 'repl';
  readonly timeoutMs: number | null;
  readonly isReadOnly: boolean;
  /** No word of welcome. */
  readonly isQuiet: boolean;
  readonly colour: ColourChoice;
}

export type ReplCommand = TerminalCommand | HelpCommand | UsageCommand;

export const REPL_OPTIONS = {
  ...REDIS_OPTIONS,
  ...COLOUR_OPTION,
  timeout: { type: 'string' },
  'read-only': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsOptionsConfig;

/** Reads the words behind `redquery repl`. Never throws: what cannot be read comes back as 'usage'. */
export function replCommandFrom(words: readonly string[], environment: Environment): ReplCommand {
  return orUsage(() => readCommand(words, environment), 'repl');
}

function readCommand(words: readonly string[], environment: Environment): ReplCommand {
  const { values, positionals } = parseArgs({
    args: attachValues(words, REPL_OPTIONS),
    options: REPL_OPTIONS,
    allowPositionals: true,
  });
  if (values.help === true) return { kind: 'help', topic: 'repl' };
  return {
    kind: 'repl',
    ...redisArgumentsFrom(values, positionals, environment, 'SQL is typed at the prompt, or given to redquery behind -c'),
    timeoutMs: values.timeout === undefined ? null : millisecondsFrom('--timeout', values.timeout),
    isReadOnly: values['read-only'] === true,
    isQuiet: values.quiet === true,
    colour: colourFrom(values.color),
  };
}

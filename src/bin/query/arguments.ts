/** The command line of a query as data. Reads no file, opens nothing; what is wrong is told in one sentence. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { FORMATS, type Format } from '../../output/index.ts';
import { COLOUR_OPTION, type ColourChoice, colourFrom } from '../colour-choice.ts';
import { attachValues, type HelpCommand, millisecondsFrom, orUsage, type UsageCommand } from '../option-words.ts';
import { type Environment, REDIS_OPTIONS, type RedisArguments, redisArgumentsFrom } from '../redis-arguments.ts';

/** Where SQL comes from, in the order of the command line. */
export type SqlSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin' };

/** `--param name:type=value`; without a type the value is a literal that adapts to its place. */
export interface ParameterArgument {
  readonly name: string;
  readonly type: string | null;
  readonly value: string;
}

export interface RunCommand extends RedisArguments {
  readonly kind: 'run';
  readonly sources: readonly SqlSource[];
  /** Nothing on the command line says where SQL comes from: on a terminal it is typed. */
  readonly isOpen: boolean;
  /** Null: table on a terminal, ndjson elsewhere. */
  readonly format: Format | null;
  readonly parameters: readonly ParameterArgument[];
  readonly timeoutMs: number | null;
  readonly isReadOnly: boolean;
  readonly colour: ColourChoice;
  /** No progress and no notes on stderr. */
  readonly isQuiet: boolean;
}

export type QueryCommand = RunCommand | HelpCommand | UsageCommand | { readonly kind: 'version' | 'spec' };

export const QUERY_OPTIONS = {
  command: { type: 'string', short: 'c', multiple: true },
  file: { type: 'string', short: 'f', multiple: true },
  format: { type: 'string' },
  param: { type: 'string', short: 'p', multiple: true },
  ...REDIS_OPTIONS,
  ...COLOUR_OPTION,
  timeout: { type: 'string' },
  'read-only': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  spec: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** Reads the words behind `redquery`. Never throws: what cannot be read comes back as 'usage'. */
export function queryCommandFrom(words: readonly string[], environment: Environment): QueryCommand {
  return orUsage(() => readCommand(words, environment));
}

function readCommand(words: readonly string[], environment: Environment): QueryCommand {
  const { values, positionals, tokens } = parseArgs({
    args: attachValues(words, QUERY_OPTIONS),
    options: QUERY_OPTIONS,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: 'help', topic: 'query' };
  if (values.version === true) return { kind: 'version' };
  if (values.spec === true) return { kind: 'spec' };
  const sources = tokens.flatMap((token): SqlSource[] => {
    if (token.kind !== 'option' || token.value === undefined) return [];
    if (token.name === 'command') return [{ kind: 'text', text: token.value }];
    if (token.name === 'file') return [token.value === '-' ? { kind: 'stdin' } : { kind: 'file', path: token.value }];
    return [];
  });
  return {
    kind: 'run',
    ...redisArgumentsFrom(values, positionals, environment, 'SQL goes behind -c, in quotes'),
    isOpen: sources.length === 0,
    sources: sources.length === 0 ? [{ kind: 'stdin' }] : sources,
    format: formatFrom(values.format),
    parameters: parametersFrom(values.param ?? []),
    timeoutMs: values.timeout === undefined ? null : millisecondsFrom('--timeout', values.timeout),
    isReadOnly: values['read-only'] === true,
    colour: colourFrom(values.color),
    isQuiet: values.quiet === true,
  };
}

function formatFrom(word: string | undefined): Format | null {
  if (word === undefined) return null;
  const format = FORMATS.find((name) => name === word);
  if (format === undefined) throw new Error(`--format "${word}" is not known; valid are ${FORMATS.join(', ')}`);
  return format;
}

function parametersFrom(words: readonly string[]): ParameterArgument[] {
  const parameters = words.map((word) => {
    // The type may hold '=' no more than a name does; the value may hold anything.
    const match = /^\$?([A-Za-z_][A-Za-z0-9_]*|[1-9][0-9]*)(?::([^=]+))?=(.*)$/s.exec(word);
    if (match === null)
      throw new Error(`--param "${word}" is not understood; write name=value or name:type=value, such as min:integer=30`);
    const [, name = '', type, value = ''] = match;
    if (type?.toLowerCase() === 'null' && value !== '')
      throw new Error(`--param "${word}" gives NULL a value; write ${name}:null= for NULL, or another type`);
    return { name, type: type ?? null, value };
  });
  const names = new Set<string>();
  for (const { name } of parameters) {
    if (names.has(name)) throw new Error(`--param ${name} is given twice`);
    names.add(name);
  }
  return parameters;
}

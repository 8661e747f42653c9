/**
 * The command line as data. Reads no file, opens nothing; what is wrong is told in one sentence.
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'markdown', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];

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

export interface RunCommand {
  readonly kind: 'run';
  readonly url: string | null;
  /** The environment's variable that the URL comes from; null for the command line's. */
  readonly urlVariable: string | null;
  readonly sources: readonly SqlSource[];
  /** Null: table on a terminal, ndjson elsewhere. */
  readonly format: Format | null;
  readonly parameters: readonly ParameterArgument[];
  readonly passwordFile: string | null;
  /** The environment's password; for a URL that has none. */
  readonly password: string | null;
  /** Further servers, name → URL. */
  readonly servers: ReadonlyMap<string, string>;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
  readonly timeoutMs: number | null;
  readonly isReadOnly: boolean;
  /** No progress and no notes on stderr. */
  readonly isQuiet: boolean;
}

export type Command =
  | RunCommand
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly message: string };

const OPTIONS = {
  command: { type: 'string', short: 'c', multiple: true },
  file: { type: 'string', short: 'f', multiple: true },
  format: { type: 'string' },
  param: { type: 'string', short: 'p', multiple: true },
  'password-file': { type: 'string' },
  server: { type: 'string', multiple: true },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  timeout: { type: 'string' },
  'read-only': { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies ParseArgsOptionsConfig;

/** The variables that the command looks at. */
export interface Environment {
  readonly REDQUERY_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly REDQUERY_PASSWORD?: string | undefined;
}

/** Reads the words behind `redquery`. Never throws: what cannot be read comes back as 'usage'. */
export function commandFrom(words: readonly string[], environment: Environment): Command {
  try {
    return readCommand(words, environment);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // parseArgs words its own errors; the first sentence says what is wrong.
    return { kind: 'usage', message: message.split('. To specify')[0] ?? message };
  }
}

function readCommand(words: readonly string[], environment: Environment): Command {
  const { values, positionals, tokens } = parseArgs({
    args: attachValues(words),
    options: OPTIONS,
    allowPositionals: true,
    tokens: true,
  });
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  const [address, extra] = positionals;
  if (extra !== undefined) throw new Error(`one URL is enough, but there is "${extra}", too; SQL goes behind -c, in quotes`);
  if (address !== undefined && !address.includes('://')) {
    throw new Error(`"${address}" is no URL (redis://, rediss:// or unix://); SQL goes behind -c, in quotes`);
  }
  const sources = tokens.flatMap((token): SqlSource[] => {
    if (token.kind !== 'option' || token.value === undefined) return [];
    if (token.name === 'command') return [{ kind: 'text', text: token.value }];
    if (token.name === 'file') return [token.value === '-' ? { kind: 'stdin' } : { kind: 'file', path: token.value }];
    return [];
  });
  return {
    kind: 'run',
    ...urlFrom(address, environment),
    sources: sources.length === 0 ? [{ kind: 'stdin' }] : sources,
    format: formatFrom(values.format),
    parameters: parametersFrom(values.param ?? []),
    passwordFile: orNull(values['password-file']),
    password: orNull(environment.REDQUERY_PASSWORD),
    servers: serversFrom(values.server ?? []),
    caFile: orNull(values.ca),
    certFile: orNull(values.cert),
    keyFile: orNull(values.key),
    timeoutMs: timeoutFrom(values.timeout),
    isReadOnly: values['read-only'] === true,
    isQuiet: values.quiet === true,
  };
}

/**
 * Joins each option to its value (`-c X` → `--command=X`): behind `-c` stands SQL and nothing else, also where it begins
 * with a comment (`-- …`), which parseArgs takes for a forgotten value.
 */
function attachValues(words: readonly string[]): string[] {
  const attached: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const value = words[at + 1];
    if (word === '--') return [...attached, ...words.slice(at)];
    const { flags, option } = valueOptionOf(word);
    if (option === null || value === undefined) {
      attached.push(word);
      continue;
    }
    if (flags !== '') attached.push(`-${flags}`);
    attached.push(`--${option}=${value}`);
    at++;
  }
  return attached;
}

/** The option of `word` whose value is the next word, and the short flags before it: `-qc` is `-q -c`. */
function valueOptionOf(word: string): { flags: string; option: string | null } {
  const [, flags = '', letter] = /^-([a-zA-Z]*)([a-zA-Z])$/.exec(word) ?? [];
  for (const [name, spec] of Object.entries(OPTIONS)) {
    if (spec.type !== 'string') continue;
    if (word === `--${name}`) return { flags: '', option: name };
    if ('short' in spec && spec.short === letter && areFlags(flags)) return { flags, option: name };
  }
  return { flags: '', option: null };
}

function areFlags(letters: string): boolean {
  const flags = Object.values(OPTIONS).flatMap((spec) => (spec.type === 'boolean' && 'short' in spec ? [spec.short] : []));
  return [...letters].every((letter) => flags.some((flag) => flag === letter));
}

function urlFrom(address: string | undefined, environment: Environment): Pick<RunCommand, 'url' | 'urlVariable'> {
  if (address !== undefined) return { url: address, urlVariable: null };
  for (const urlVariable of ['REDQUERY_URL', 'REDIS_URL'] as const) {
    const url = orNull(environment[urlVariable]);
    if (url !== null) return { url, urlVariable };
  }
  return { url: null, urlVariable: null };
}

function orNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
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

function serversFrom(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const match = /^([A-Za-z_][A-Za-z0-9_-]*)=(.+)$/.exec(word);
      if (match === null) throw new Error('--server is not understood; write name=URL, such as cache=redis://127.0.0.1:6380');
      const [, name = '', url = ''] = match;
      return [name, url];
    }),
  );
}

function timeoutFrom(word: string | undefined): number | null {
  if (word === undefined) return null;
  const seconds = Number(word);
  if (!/^[0-9.]+$/.test(word) || !(seconds >= 0.001 && seconds <= 2_000_000)) {
    throw new Error(`--timeout "${word}" is no number of seconds; valid are 0.001 to 2000000`);
  }
  return Math.ceil(seconds * 1000);
}

/** What the command lines of all commands have in common: how options take their values, how numbers are read, what 'usage' is. */
import type { ParseArgsOptionsConfig } from 'node:util';

/** Words behind `redquery` that have a help of their own. */
export type CommandWord = 'repl' | 'serve' | 'user';

export interface HelpCommand {
  readonly kind: 'help';
  readonly topic: 'query' | CommandWord;
}

export interface UsageCommand {
  readonly kind: 'usage';
  readonly message: string;
  /** The command whose help says more; absent: that of queries. */
  readonly command?: CommandWord;
}

/** Gives what `read` gives; what it throws becomes 'usage'. */
export function orUsage<Command>(read: () => Command, command?: CommandWord): Command | UsageCommand {
  try {
    return read();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // parseArgs words its own errors; the first sentence says what is wrong.
    return { kind: 'usage', message: message.split('. To specify')[0] ?? message, ...(command === undefined ? {} : { command }) };
  }
}

/**
 * Joins each option to its value (`-c X` → `--command=X`): behind `-c` stands SQL and nothing else, also where it begins
 * with a comment (`-- …`), which parseArgs takes for a forgotten value.
 */
export function attachValues(words: readonly string[], options: ParseArgsOptionsConfig): string[] {
  const attached: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const value = words[at + 1];
    if (word === '--') return [...attached, ...words.slice(at)];
    const { flags, option } = valueOptionOf(word, options);
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

/** Null for an option that is not there or has an empty value. */
export function orNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/** Reads a number of seconds. @throws {Error} for anything but 0.001 to 2,000,000. */
export function millisecondsFrom(option: string, word: string): number {
  const seconds = Number(word);
  if (!/^[0-9.]+$/.test(word) || !(seconds >= 0.001 && seconds <= 2_000_000)) {
    throw new Error(`${option} "${word}" is no number of seconds; valid are 0.001 to 2000000`);
  }
  return Math.ceil(seconds * 1000);
}

/** Reads a whole number. @throws {Error} for anything but `least` to `most`. */
export function wholeNumberFrom(option: string, word: string, least: number, most: number): number {
  const number = Number(word);
  if (/^[0-9]+$/.test(word) && number >= least && number <= most) return number;
  throw new Error(`${option} "${word}" is no whole number from ${least} to ${most}`);
}

/** Finds a word among those that an option takes. @throws {Error} naming them all. */
export function oneOf<Word extends string>(option: string, word: string, valid: readonly Word[]): Word {
  const found = valid.find((one) => one === word);
  if (found === undefined) throw new Error(`${option} "${word}" is not known; valid are ${valid.join(', ')}`);
  return found;
}

/** The option of `word` whose value is the next word, and the short flags before it: `-qc` is `-q -c`. */
function valueOptionOf(word: string, options: ParseArgsOptionsConfig): { flags: string; option: string | null } {
  const [, flags = '', letter] = /^-([a-zA-Z]*)([a-zA-Z])$/.exec(word) ?? [];
  for (const [name, spec] of Object.entries(options)) {
    if (spec.type !== 'string') continue;
    if (word === `--${name}`) return { flags: '', option: name };
    if (spec.short !== undefined && spec.short === letter && areFlags(flags, options)) return { flags, option: name };
  }
  return { flags: '', option: null };
}

function areFlags(letters: string, options: ParseArgsOptionsConfig): boolean {
  const flags = Object.values(options).flatMap((spec) => (spec.type === 'boolean' ? (spec.short ?? []) : []));
  return [...letters].every((letter) => flags.includes(letter));
}

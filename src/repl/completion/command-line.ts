/** Completes a command: its name, and what its argument can be. */
import { completeFile } from '../commands/file-names.ts';
import type { Candidate, Command, Completion, Shell } from '../words.ts';
import type { Catalogue } from './catalogue.ts';
import { candidatesFor, type Offer } from './offers/matches.ts';
import { keyOffers, plainOffers, sourceOffers, tableOffers } from './offers/offers.ts';
import { cursorIn, type Word } from './places/cursor.ts';
import { completeSql } from './sql-completion.ts';

export interface CommandContext {
  readonly catalogue: Catalogue;
  readonly commands: readonly Command[];
  readonly shell: Shell;
}

/** Commands whose argument is SQL, and what stands before it there; seconds may stand before that of `.watch`. */
const SQL_ARGUMENTS: ReadonlyMap<string, { readonly before: string; readonly skip: RegExp }> = new Map([
  ['.describe', { before: 'DESCRIBE ', skip: /^/ }],
  ['.watch', { before: '', skip: /^(?:[\d.]+\s+)?/ }],
]);
/** What the arguments of commands name. */
const ARGUMENT_PARTS: ReadonlyMap<string, 'tables' | 'keys' | 'indexes' | 'functions'> = new Map([
  ['.tables', 'tables'],
  ['.schema', 'tables'],
  ['.keys', 'keys'],
  ['.indexes', 'indexes'],
  ['.functions', 'functions'],
]);
const NO_QUOTES: Word = { quote: '"', text: '', from: 0, to: 0, isClosed: true };
const NO_WORD: Word = { ...NO_QUOTES, quote: '', isClosed: false };
const NO_TEXT_QUOTES: Word = { ...NO_QUOTES, quote: "'" };

/** @param line the command's line; @param cursor in it; @param offset of the line in the text, UTF-16. */
export async function completeCommand(
  context: CommandContext,
  line: string,
  cursor: number,
  offset: number,
): Promise<Completion | null> {
  const nameLength = /^\S*/.exec(line)?.[0].length ?? 0;
  if (cursor <= nameLength) {
    const candidates = candidatesFor(line.slice(0, cursor), nameOffers(context.commands, line));
    return { from: offset, to: offset + nameLength, candidates };
  }
  const command = commandNamed(context.commands, line.slice(0, nameLength));
  if (command === undefined) return null;
  const start = nameLength + (/^\s*/.exec(line.slice(nameLength))?.[0].length ?? 0);
  const at = Math.max(0, cursor - start);
  const found = await argumentCompletion(context, command, line.slice(start), at);
  return found === null ? null : { ...found, from: found.from + offset + start, to: found.to + offset + start };
}

/** Names in the form that is typed: with a dot, or with a backslash. The first of a command comes first. */
function nameOffers(commands: readonly Command[], line: string): readonly Offer[] {
  const mark = line.charAt(0);
  const byOrder = commands.flatMap((command) =>
    command.names.filter((name) => name.startsWith(mark)).map((name, order) => ({ name, order, command })),
  );
  return byOrder
    .sort((a, b) => a.order - b.order)
    .map(({ name, command }): Offer => {
      const candidate: Candidate = {
        text: name,
        label: `${name} ${command.usage}`.trim(),
        detail: command.summary,
        kind: 'command',
      };
      return { kind: 'command', match: name.toLowerCase(), make: () => candidate };
    });
}

function commandNamed(commands: readonly Command[], name: string): Command | undefined {
  const lower = name.toLowerCase();
  return commands.find(({ names }) => names.includes(name) || names.includes(lower));
}

async function argumentCompletion(
  { catalogue, shell }: CommandContext,
  command: Command,
  argument: string,
  cursor: number,
): Promise<Completion | null> {
  if (command.complete !== undefined) return command.complete(argument, cursor, shell);
  const [name = ''] = command.names;
  if (name === '.describe' && !argument.includes('(')) return await describedCompletion(catalogue, argument, cursor);
  const sql = SQL_ARGUMENTS.get(name);
  if (sql !== undefined) return await sqlCompletion(catalogue, sql, argument, cursor);
  if (/\bFILE\b/.test(command.usage)) return completeFile(argument, cursor);
  const part = ARGUMENT_PARTS.get(name);
  if (part !== undefined) await catalogue.known(part);
  const offers = argumentOffers(catalogue, name);
  return offers === null ? null : { from: 0, to: argument.length, candidates: candidatesFor(argument.slice(0, cursor), offers) };
}

/** Names of tables, patterns of keys, calls: no other words. */
async function describedCompletion(catalogue: Catalogue, argument: string, cursor: number): Promise<Completion> {
  await Promise.all([catalogue.known('tables'), catalogue.known('keys'), catalogue.known('sources')]);
  const { tables, keys, sources } = catalogue.facts;
  const typed = argument.slice(0, cursor);
  const lists = [tableOffers(tables, NO_WORD), keyOffers(keys, '', NO_TEXT_QUOTES), sourceOffers(sources, false, typed)];
  return { from: 0, to: argument.length, candidates: candidatesFor(typed, ...lists) };
}

async function sqlCompletion(
  catalogue: Catalogue,
  { before, skip }: { readonly before: string; readonly skip: RegExp },
  argument: string,
  cursor: number,
): Promise<Completion | null> {
  const from = skip.exec(argument)?.[0].length ?? 0;
  if (cursor < from) return null;
  const text = before + argument.slice(from);
  const shift = from - before.length;
  const at = cursorIn(text, cursor - shift);
  const found = at?.kind === 'sql' ? await completeSql(catalogue, text, at) : null;
  return found === null ? null : { ...found, from: found.from + shift, to: found.to + shift };
}

/** What the argument of a command names. */
function argumentOffers({ facts }: Catalogue, name: string): readonly Offer[] | null {
  if (name === '.tables' || name === '.schema') return tableOffers(facts.tables, NO_QUOTES);
  if (name === '.keys') return keyOffers(facts.keys, '', NO_TEXT_QUOTES);
  if (name === '.indexes') {
    const details = facts.indexes.map(({ keyType }) => keyType);
    return plainOffers(
      facts.indexes.map((index) => index.name),
      'index',
      details,
    );
  }
  return name === '.functions'
    ? plainOffers(
        facts.functions.map((one) => one.name),
        'function',
      )
    : null;
}

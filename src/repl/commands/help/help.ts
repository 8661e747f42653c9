/** `.help`: all commands on a page, or one with its details; and `\h`, the syntax of statements. */
import { cutToWidth, padToWidth } from '../../../output/index.ts';
import type { Command } from '../../words.ts';
import { atMostOneWord, wrongArgument } from '../arguments.ts';
import { completeWord } from '../choices.ts';
import { type Drawing, drawingFor } from '../columns-text.ts';
import { nearestNames } from '../nearest.ts';
import { STATEMENT_HELP, statementHelp } from './statement-help.ts';

interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

const NAME_COLUMNS = 26;
const ALIAS_COLUMNS = 11;
const NARROW_COLUMNS = 76;
const KEYS_LINE = 'Tab completes, Ctrl-R searches, Ctrl-C ends a statement, Ctrl-D leaves.';

/** Gives the commands; they are told of all groups when they run, since they stand in one of them. */
export function helpCommands(groups: () => readonly Group[]): readonly Command[] {
  const all = () => groups().flatMap(({ commands }) => commands);
  const help: Command = {
    names: ['.help', '\\?'],
    usage: '[NAME]',
    summary: 'this list, or one command',
    complete: (argument, cursor) => {
      const names = all().map(({ names: [name = ''] }) => name);
      return completeWord(argument, cursor, argument.startsWith('.') ? names : names.map(withoutDot), 'command');
    },
    run: (argument, shell) => {
      const name = atMostOneWord(argument, '.help');
      const drawing = drawingFor(shell);
      return shell.show(name === null ? pageOf(groups(), drawing) : detailsOf(commandFor(name, all()), drawing));
    },
  };
  const syntax: Command = {
    names: ['.syntax', '\\h', '\\help'],
    usage: '[STATEMENT]',
    summary: 'short help for SQL statements',
    details: 'Examples: \\h SELECT    \\h redis_hash    \\h SET',
    complete: (argument, cursor) =>
      completeWord(
        argument,
        cursor,
        STATEMENT_HELP.map(({ names: [name = ''] }) => name),
        'keyword',
      ),
    run: (argument, shell) => shell.show(statementHelp(argument, drawingFor(shell))),
  };
  return [help, syntax];
}

function withoutDot(name: string): string {
  return name.replace(/^\./, '');
}

function pageOf(groups: readonly Group[], { columns, palette }: Drawing): string {
  const lines = groups.flatMap(({ title, commands }) => [
    palette('bold', title),
    ...commands.flatMap((command) => linesOf(command, { columns, palette })),
  ]);
  const end = ['.help NAME tells more; \\h STATEMENT is for SQL.', KEYS_LINE];
  return [...lines, '', ...end.map((line) => palette('dim', cutToWidth(line, columns)))].join('\n');
}

function linesOf({ names, usage, summary }: Command, { columns, palette }: Drawing): string[] {
  const [name = ''] = names;
  // A narrow window has room for the summaries alone.
  const aliasColumns = columns < NARROW_COLUMNS ? 0 : ALIAS_COLUMNS;
  const alias = aliasColumns === 0 ? '' : (names.find((one) => one.startsWith('\\')) ?? '');
  const left = `${name} ${usage}`.trimEnd();
  const isLong = left.length > NAME_COLUMNS;
  const room = columns - 2 - NAME_COLUMNS - 1 - aliasColumns;
  const rest = `${palette('dim', padToWidth(alias, aliasColumns, 'left'))}${cutToWidth(summary, Math.max(10, room))}`;
  const first = palette('command', cutToWidth(isLong ? left : padToWidth(left, NAME_COLUMNS, 'left'), columns - 3));
  return isLong ? [`  ${first}`, `  ${' '.repeat(NAME_COLUMNS)} ${rest}`] : [`  ${first} ${rest}`];
}

/** NAME may lack its dot or backslash. */
function commandFor(name: string, commands: readonly Command[]): Command {
  const wanted = [name, `.${name}`, `\\${name}`];
  const found = wanted.flatMap((one) => commands.find(({ names }) => names.includes(one)) ?? [])[0];
  if (found !== undefined) return found;
  const near = nearestNames(
    name.startsWith('.') ? name : `.${name}`,
    commands.flatMap(({ names }) => names),
  );
  throw wrongArgument(
    `no command ${JSON.stringify(name)}`,
    near.length === 0 ? '.help lists all; \\h is for SQL' : `did you mean ${near.join(' or ')}?`,
  );
}

function detailsOf({ names, usage, summary, details }: Command, { palette }: Drawing): string {
  const [name = '', ...others] = names;
  const lines = [`${palette('command', `${name} ${usage}`.trimEnd())}  ${summary}`];
  if (others.length > 0) lines.push(palette('dim', `also ${others.join(', ')}`));
  if (details !== undefined) lines.push(details);
  return lines.join('\n');
}

/** `.help`: all commands on a page, or one with its details; and `\h`, the syntax of statements. */
import { padToWidth, wrapText } from '../../../output/index.ts';
import type { Command } from '../../words.ts';
import { atMostOneWord, wrongArgument } from '../arguments.ts';
import { completeWord } from '../choices.ts';
import { type Drawing, drawingFor } from '../columns-text.ts';
import { nearestNames } from '../nearest.ts';
import { isStatement, STATEMENT_HELP, statementHelp } from './statement-help.ts';

interface Group {
  readonly title: string;
  readonly commands: readonly Command[];
}

const NAME_COLUMNS = 26;
const ALIAS_COLUMNS = 11;
/** Below it the names of psql stand before the summaries. */
const NARROW_COLUMNS = 76;
/** Below it the summaries stand below the names. */
const SLIM_COLUMNS = 56;
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
      if (name === null) return shell.show(pageOf(groups(), drawing));
      const found = commandNamed(name, all());
      if (found === undefined && isStatement(name)) return shell.show(statementHelp(name, drawing));
      return shell.show(detailsOf(found ?? noCommand(name, all()), drawing));
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

function pageOf(groups: readonly Group[], drawing: Drawing): string {
  const { columns, palette } = drawing;
  const lines = groups.flatMap(({ title, commands }) => [
    palette('bold', title),
    ...commands.flatMap((command) => linesOf(command, drawing)),
  ]);
  const end = ['.help NAME tells more; \\h STATEMENT is for SQL.', KEYS_LINE].flatMap((line) => wrapText(line, columns));
  return [...lines, '', ...end.map((line) => palette('dim', line))].join('\n');
}

/** Nothing is cut: what has no room goes on below. */
function linesOf({ names, usage, summary }: Command, { columns, palette }: Drawing): string[] {
  const [name = ''] = names;
  const left = `${name} ${usage}`.trimEnd();
  const nameColumns = columns < SLIM_COLUMNS ? 4 : NAME_COLUMNS + 1;
  const alias = names.find((one) => one.startsWith('\\')) ?? '';
  const shownAlias = columns < NARROW_COLUMNS ? (alias === '' ? '' : `${alias} `) : padToWidth(alias, ALIAS_COLUMNS, 'left');
  const indent = ' '.repeat(2 + nameColumns);
  const about = wrapText(shownAlias + summary, columns - indent.length, columns < NARROW_COLUMNS ? 0 : ALIAS_COLUMNS);
  const rest = about.map((line, at) =>
    at === 0 ? palette('dim', line.slice(0, shownAlias.length)) + line.slice(shownAlias.length) : indent + line,
  );
  if (left.length < nameColumns) return [`  ${palette('command', padToWidth(left, nameColumns, 'left'))}${rest.join('\n')}`];
  const nameLines = wrapText(left, columns - 2, 4).map((line) => `  ${palette('command', line)}`);
  return [...nameLines, indent + rest.join('\n')];
}

/** NAME may lack its dot or backslash. */
function commandNamed(name: string, commands: readonly Command[]): Command | undefined {
  const wanted = [name, `.${name}`, `\\${name}`];
  return wanted.flatMap((one) => commands.find(({ names }) => names.includes(one)) ?? [])[0];
}

function noCommand(name: string, commands: readonly Command[]): never {
  const near = nearestNames(
    name.startsWith('.') ? name : `.${name}`,
    commands.flatMap(({ names }) => names),
  );
  throw wrongArgument(
    `no command ${JSON.stringify(name)}`,
    near.length === 0 ? '.help lists all; \\h is for SQL' : `did you mean ${near.join(' or ')}?`,
  );
}

function detailsOf({ names, usage, summary, details }: Command, { columns, palette }: Drawing): string {
  const [name = '', ...others] = names;
  const left = `${name} ${usage}`.trimEnd();
  const lines =
    left.length + summary.length + 2 <= columns
      ? [`${palette('command', left)}  ${summary}`]
      : [palette('command', left), summary];
  if (others.length > 0) lines.push(...wrapText(`also ${others.join(', ')}`, columns, 2).map((line) => palette('dim', line)));
  if (details !== undefined)
    lines.push(...details.split('\n').flatMap((line) => wrapText(line, columns, indentOf(line, columns))));
  return lines.join('\n');
}

/** What stands behind a gap goes on below itself, where that leaves room. */
function indentOf(line: string, columns: number): number {
  const gap = /^\..*? {2,}(?=\S)/.exec(line)?.[0].length ?? 2;
  return gap < columns / 2 ? gap : 2;
}

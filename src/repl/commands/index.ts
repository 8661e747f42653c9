/** The registry of commands: which there are, and which one a line names. Loads nothing heavy: it is there before the prompt. */
import { RedQueryError } from '../../errors.ts';
import { escapeControls } from '../../output/index.ts';
import { chartCommand } from '../chart/chart-command.ts';
import { keysCommand } from '../keyspace/keys-command.ts';
import type { Command } from '../words.ts';
import { helpCommands } from './help/help.ts';
import { insteadOf } from './hints.ts';
import { describe } from './look/describe.ts';
import { functions, schema } from './look/schema.ts';
import { tables } from './look/tables.ts';
import { nearestNames } from './nearest.ts';
import { FILE_COMMANDS, LEAVING_COMMANDS } from './plain.ts';
import { connect, info } from './server/connection.ts';
import { databases } from './server/databases.ts';
import { indexes } from './server/indexes.ts';
import { OUTPUT_COMMANDS, STATEMENT_SETTING_COMMANDS, TERMINAL_SETTING_COMMANDS } from './settings/setting-commands.ts';
import { again } from './statements/again.ts';
import { edit } from './statements/edit.ts';
import { history, last, redis } from './statements/last.ts';
import { watch } from './statements/watch.ts';

/** Commands of one theme, in the order of `.help`. */
interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const COMMAND_GROUPS: readonly CommandGroup[] = [
  { title: 'Looking around', commands: [keysCommand, tables, describe, schema, functions, indexes, databases, info, connect] },
  { title: 'Rows', commands: [last, chartCommand, ...OUTPUT_COMMANDS] },
  { title: 'Statements', commands: [redis, again, watch, edit, history, ...FILE_COMMANDS, ...STATEMENT_SETTING_COMMANDS] },
  {
    title: 'Terminal',
    commands: [...helpCommands(() => COMMAND_GROUPS), ...TERMINAL_SETTING_COMMANDS, ...LEAVING_COMMANDS],
  },
];

export const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);

/** A line that names a command. */
interface NamedCommand {
  readonly command: Command;
  /** As it was typed. */
  readonly name: string;
  /** Trimmed, without the `;` that habit puts at its end. */
  readonly argument: string;
}

const byName: ReadonlyMap<string, Command> = new Map(COMMANDS.flatMap((command) => command.names.map((name) => [name, command])));

/**
 * Finds the command of a line; null for a line that is none: it begins with neither `.` nor `\`, and is not one of the words
 * `exit` and `quit`.
 * @throws {RedQueryError} RQ_OPTION for a command that is not known, with the nearest names, or what does the same.
 */
export function commandIn(line: string): NamedCommand | null {
  const [, name, rest = ''] = /^\s*([.\\]\S*|(?:exit|quit)(?=\s*;?\s*$))([^]*)$/i.exec(line) ?? [];
  if (name === undefined) return null;
  const [typed, argument] = split(name, rest);
  const command = commandNamed(typed);
  if (command === null) throw unknownCommand(typed);
  return { command, name: typed, argument };
}

/** `\q;` and `\dt users;` are habit; `\x on` may be written `\xon` by nobody, but `\?foo` by some. */
function split(name: string, rest: string): readonly [string, string] {
  const argument = rest.trim().replace(/\s*;$/, '');
  const bare = name.replace(/;+$/, '');
  return [bare, argument];
}

/** Finds a command by its name; dot-commands in any case. psql's `\dt+` is `\dt`, `\l+` is `\l`. */
export function commandNamed(name: string): Command | null {
  const plain = /^\\[dl]\w*\+$/.test(name) ? name.slice(0, -1) : name;
  return byName.get(plain) ?? (plain.startsWith('\\') ? null : (byName.get(plain.toLowerCase()) ?? null));
}

function unknownCommand(name: string): RedQueryError {
  const shown = escapeControls(name);
  const instead = insteadOf(name);
  if (instead !== null) return new RedQueryError('RQ_OPTION', `there is no ${shown} here`, { hint: instead });
  // One letter is as near to any other: only its case can be a slip.
  const isLetter = name.length < 3;
  const near = nearestNames(name, [...byName.keys()]).filter((one) => !isLetter || one.toLowerCase() === name.toLowerCase());
  const hint = near.length === 0 ? '.help lists all commands' : `did you mean ${near.join(' or ')}? .help lists all`;
  return new RedQueryError('RQ_OPTION', `no command ${shown}`, { hint });
}

/** The commands as rows of a table in Markdown, for the documents. */
export function helpTable(): string {
  const rows = COMMANDS.map(({ names, usage, summary }) => {
    const [first = '', ...others] = names;
    const also = others.map((name) => `\`${name}\``).join(' ');
    const whole = usage === '' ? first : `${first} ${usage}`;
    return `| \`${whole.replaceAll('|', '\\|')}\` | ${also} | ${summary.replaceAll('|', '\\|')} |`;
  });
  return ['| command | also | |', '|---|---|---|', ...rows].join('\n');
}

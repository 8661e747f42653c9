/** The commands that change one setting each, and `.set` and `\pset`, which know all of them. */
import { renewOutput } from '../../result/open-sink.ts';
import type { Command, Shell } from '../../words.ts';
import { unquoted, wordsIn, wrongArgument } from '../arguments.ts';
import { completeWord } from '../choices.ts';
import { columnsText, drawingFor } from '../columns-text.ts';
import { completeFile } from '../file-names.ts';
import { nearestNames } from '../nearest.ts';
import { tell } from '../tell.ts';
import { SETTING_SPECS, type SettingSpec, settingNamed } from './specs.ts';

interface SettingCommandOptions {
  readonly names: readonly string[];
  readonly usage: string;
  readonly summary: string;
  readonly details?: string;
}

/** Without an argument a switch is turned over, and any other setting is shown. */
function settingCommand(name: SettingSpec['name'], options: SettingCommandOptions): Command {
  const spec = knownSetting(name);
  return {
    ...options,
    complete: (argument, cursor) => completeWord(argument, cursor, spec.choices),
    run: (argument, shell) => {
      if (argument !== '') return spec.change(shell.settings, valueFrom(spec, argument));
      if (spec.choices.includes('on')) turnOver(spec, shell);
      tell(shell, `${spec.name} is ${spec.show(shell.settings)}${spec.choices.includes('on') ? '' : `; valid: ${spec.values}`}`);
    },
  };
}

/** The blank at a prompt's end is meant, though arguments have none at theirs: quotes alone leave it out. */
function valueFrom({ name }: SettingSpec, argument: string): string {
  const text = unquoted(argument);
  return name === 'prompt' && text === argument ? `${text} ` : text;
}

function turnOver(spec: SettingSpec, { settings }: Shell): void {
  spec.change(settings, spec.show(settings) === 'on' ? 'off' : 'on');
}

/** `.output` and `.once`: without an argument the terminal. */
function targetCommand(name: 'output' | 'once', options: SettingCommandOptions): Command {
  const spec = knownSetting(name);
  return {
    ...options,
    complete: (argument, cursor) => completeFile(argument, cursor),
    run: (argument, { settings }) => {
      if (argument === '' && name === 'once') throw wrongArgument('.once needs the name of a FILE, or |COMMAND');
      spec.change(settings, unquoted(argument));
      if (name === 'output') renewOutput(settings);
    },
  };
}

function knownSetting(name: string): SettingSpec {
  const spec = settingNamed(name);
  if (spec !== undefined) return spec;
  const names = SETTING_SPECS.map((one) => one.name);
  const near = nearestNames(name, names);
  throw wrongArgument(
    `no setting ${JSON.stringify(name)}; settings: ${names.join(', ')}`,
    near.length === 0 ? 'settings of SQL are changed by SET name = value' : `did you mean ${near.join(' or ')}?`,
  );
}

const WIDE_COLUMNS = 130;

function showAll(shell: Shell): Promise<void> {
  const drawing = drawingFor(shell);
  const rows = SETTING_SPECS.map((spec) => [spec.name, spec.show(shell.settings), spec.meaning, spec.values]);
  const columns = [
    { head: 'setting', style: 'command' as const },
    { head: 'value', style: 'bold' as const },
    { head: 'means', isWrapped: true },
    { head: 'valid', style: 'dim' as const },
  ];
  // In a narrow window the meaning is worth more; `.set NAME` has what is valid.
  return shell.show(columnsText(drawing.columns < WIDE_COLUMNS ? columns.slice(0, 3) : columns, rows, drawing));
}

function setFrom(argument: string, shell: Shell): void | Promise<void> {
  const [, name, rest = ''] = /^(\S+)\s*(?:=\s*)?([^]*)$/.exec(argument) ?? [];
  if (name === undefined) return showAll(shell);
  const spec = knownSetting(name);
  if (rest === '') return tell(shell, `${spec.name} is ${spec.show(shell.settings)} (${spec.meaning}); valid: ${spec.values}`);
  spec.change(shell.settings, valueFrom(spec, rest));
}

/** psql's names for what has another name here. */
const PSET_NAMES: Readonly<Record<string, SettingSpec['name']>> = { format: 'mode', x: 'expanded' };

function psetFrom(argument: string, shell: Shell): void | Promise<void> {
  const [name, ...rest] = wordsIn(argument);
  if (name === undefined) return showAll(shell);
  const spec = knownSetting(PSET_NAMES[name] ?? name);
  const text = rest.join(' ');
  if (rest.length > 0) return spec.change(shell.settings, text);
  if (spec.choices.includes('on')) turnOver(spec, shell);
  shell.say(`${spec.name} is ${spec.show(shell.settings)}`);
}

const SETTING_NAMES = SETTING_SPECS.map(({ name }) => name);

function completeSetting(argument: string, cursor: number) {
  const [, name] = /^(\S+)\s/.exec(argument.slice(0, cursor)) ?? [];
  if (name === undefined) return completeWord(argument, cursor, SETTING_NAMES);
  return completeWord(argument, cursor, settingNamed(PSET_NAMES[name] ?? name)?.choices ?? []);
}

/** How rows are drawn and where they go. */
export const OUTPUT_COMMANDS: readonly Command[] = [
  settingCommand('mode', {
    names: ['.mode'],
    usage: '[MODE]',
    summary: 'how rows are drawn: box, csv, json, …',
    details: `MODE is one of ${knownSetting('mode').values}.\nExample: .mode markdown`,
  }),
  settingCommand('expanded', {
    names: ['.expanded', '\\x'],
    usage: '[on|off|auto]',
    summary: 'one line a column',
    details: 'auto: where a row is wider than the window. Without an argument it is turned over.',
  }),
  targetCommand('output', {
    names: ['.output', '\\o', '\\out'],
    usage: '[FILE | |CMD]',
    summary: 'sends rows to a file or a program',
    details:
      'Without an argument rows come to the terminal again.\nExamples: .output report.csv    .output |gzip > report.csv.gz',
  }),
  targetCommand('once', {
    names: ['.once'],
    usage: 'FILE | |CMD',
    summary: 'as .output, for the next rows alone',
    details: 'Examples: .once users.json    .once |less',
  }),
  settingCommand('maxrows', { names: ['.maxrows'], usage: '[N|auto]', summary: 'most rows of a box; 0: all' }),
  settingCommand('null', {
    names: ['.null', '.nullvalue'],
    usage: '[TEXT]',
    summary: 'what NULL looks like',
    details: ".null '' draws it as nothing.",
  }),
  settingCommand('pager', {
    names: ['.pager'],
    usage: '[on|off|auto]',
    summary: 'a pager for long results',
    details: 'REDQUERY_PAGER or PAGER names the program. Without an argument it is turned on or off.',
  }),
];

/** What is told of each statement, and what is asked before. */
export const STATEMENT_SETTING_COMMANDS: readonly Command[] = [
  settingCommand('timer', { names: ['.timer', '\\timing'], usage: '[on|off]', summary: 'the time of each statement' }),
  settingCommand('explain', { names: ['.explain'], usage: '[on|off]', summary: 'the plan of each statement' }),
  settingCommand('progress', { names: ['.progress'], usage: '[on|off]', summary: 'a line while a statement runs' }),
  settingCommand('ask_keys', {
    names: ['.ask'],
    usage: '[N|off]',
    summary: 'asks before scans of more than N keys',
    details: 'Example: .ask 100,000',
  }),
];

/** The terminal itself. */
export const TERMINAL_SETTING_COMMANDS: readonly Command[] = [
  settingCommand('prompt', {
    names: ['.prompt'],
    usage: '[TEXT]',
    summary: 'the prompt; {place} {n} … in it',
    details:
      "{place} is the server with its database, {host} and {db} each alone, {n} the statement's number. A blank is put behind it; quotes take it as it is.\nExample: .prompt {place} {n}>",
  }),
  {
    names: ['.set', '\\set'],
    usage: '[NAME [VALUE]]',
    summary: 'all settings; one; or changes it',
    details: 'Settings of SQL are others: SET name = value, SHOW name (\\h SET).',
    complete: completeSetting,
    run: setFrom,
  },
  {
    names: ['.pset', '\\pset'],
    usage: '[NAME [VALUE]]',
    summary: "psql's name for .set",
    complete: completeSetting,
    run: psetFrom,
  },
];

/** What was run: its result again, its Redis commands, the history. */
import { cutToWidth, escapeControls, escapeControlsKeepLines, grouped } from '../../../output/index.ts';
import type { Command, Shell } from '../../words.ts';
import { noArgument, wrongArgument } from '../arguments.ts';
import { completeWord } from '../choices.ts';
import { drawingFor } from '../columns-text.ts';
import { settingNamed } from '../settings/specs.ts';

export const last: Command = {
  names: ['.last'],
  usage: '',
  summary: 'the last result again; _ is its table',
  details:
    'It is drawn in the present mode, so .mode csv and .last give it as CSV. SELECT … FROM _ asks it again, without Redis.',
  run: async (argument, shell) => {
    noArgument(argument, '.last');
    const { lastResult } = shell;
    if (lastResult === null) return shell.say('There is no last result yet.');
    await shell.showResult(lastResult);
    if (!lastResult.isWhole) {
      shell.say(shell.palette('warning', `The first ${grouped(lastResult.rowCount)} rows; more are not kept.`));
    }
  },
};

export const redis: Command = {
  names: ['.redis'],
  usage: '[on|off]',
  summary: 'Redis commands of the last statement',
  details:
    'Keys are the ones that were read, ten at most; where SCAN or an index found them, the first one. The lines can be pasted into redis-cli. on and off: the line after each statement that says what Redis had to do.',
  complete: (argument, cursor) => completeWord(argument, cursor, ['on', 'off']),
  run: (argument, shell) => {
    if (argument !== '') return settingNamed('redis')?.change(shell.settings, argument);
    return showCommands(shell);
  },
};

/** What planning asks for: the sampling of columns, mostly. */
const PLANNING = 'SCAN, and HGETALL and the like, of a sample of keys; FT.INFO';

async function showCommands(shell: Shell): Promise<void> {
  const { lastStatement } = shell;
  if (lastStatement === null) return shell.say('No statement has run yet.');
  const scans = lastStatement.stats?.scans ?? [];
  if (scans.length === 0) {
    const hasAsked = (lastStatement.stats?.roundTrips ?? 0) > 0;
    return shell.say(
      `The last statement ${hasAsked ? 'looked at a sample of keys, and scanned none' : 'asked nothing of Redis'}.`,
    );
  }
  const asked = lastStatement.stats?.planning?.roundTrips ?? 0;
  const { palette } = drawingFor(shell);
  const lines = scans.flatMap(({ title, examples }) => [
    ...(scans.length > 1 ? [palette('dim', `# ${escapeControls(title)}`)] : []),
    ...(examples.length === 0 ? [palette('dim', '# nothing to ask')] : examples.map((text) => escapeControls(text))),
  ]);
  if (asked > 0)
    lines.push(palette('dim', `# and ${grouped(asked)} round trip${asked === 1 ? '' : 's'} for planning: ${PLANNING}`));
  await shell.show(lines.join('\n'));
}

const SHOWN_ENTRIES = 20;

export const history: Command = {
  names: ['.history', '\\s'],
  usage: '[N]',
  summary: 'the last N entries, 20 without N',
  details: 'Ctrl-R searches it. An entry that begins with a space is not kept, nor is one with a password.',
  run: (argument, shell) => {
    if (argument !== '' && !/^[1-9]\d{0,8}$/.test(argument)) throw wrongArgument('.history takes a whole number from 1');
    const { history: texts } = shell;
    const count = argument === '' ? SHOWN_ENTRIES : Number(argument);
    const first = Math.max(0, texts.length - count);
    if (texts.length === 0) return shell.say('The history is empty.');
    const { columns, palette } = drawingFor(shell);
    const width = String(texts.length).length;
    const lines = texts.slice(first).flatMap((text, at) => {
      const number = String(first + at + 1).padStart(width);
      return escapeControlsKeepLines(text)
        .split('\n')
        .map(
          (line, row) => `${palette('dim', row === 0 ? number : ' '.repeat(width))}  ${cutToWidth(line, columns - width - 2)}`,
        );
    });
    return shell.show(lines.join('\n'));
  },
};

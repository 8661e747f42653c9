/** psql's `\\g` and `\\gx`: the statement before them, or the last one again, in a way that lasts for this run alone. */
import type { Command, Shell } from '../../words.ts';
import { unquoted, wrongArgument } from '../arguments.ts';
import { completeFile } from '../file-names.ts';
import { settingNamed } from '../settings/specs.ts';

export const again: Command = {
  names: ['.again', '\\g', '\\gx'],
  usage: '[FILE | |CMD]',
  summary: 'runs the last statement again',
  details:
    'FILE or a program takes its rows. Behind a statement \\g ends it as ; does, and \\gx draws it with one line a column.\n' +
    "Examples: FROM redis_hash('user:*') LIMIT 1 \\gx    SELECT 1 \\g one.csv    .again |wc -l",
  complete: (argument, cursor) => completeFile(argument, cursor),
  run: async (argument, shell, _signal, name, statement) => {
    const text = statement?.text ?? shell.lastStatement?.text;
    if (text === undefined) throw wrongArgument(`${name} has no statement to run: none ran before`);
    if (argument.startsWith('(')) throw wrongArgument(`${name} takes no options`, '.mode and .expanded say how rows are drawn');
    const restore = changed(shell, name, argument);
    try {
      await shell.run(text, statement === undefined ? {} : { place: statement.place });
    } finally {
      restore();
    }
  },
};

/** Sets what holds for one run; gives what puts it back. */
function changed({ settings }: Shell, name: string, target: string): () => void {
  const { mode, expanded, once } = settings;
  if (name === '\\gx') {
    settings.expanded = 'on';
    // Nothing but a box can be expanded.
    if (mode !== 'box') settings.mode = 'line';
  }
  if (target !== '') settingNamed('once')?.change(settings, unquoted(target));
  return () => {
    Object.assign(settings, { mode, expanded, ...(target === '' ? {} : { once }) });
  };
}

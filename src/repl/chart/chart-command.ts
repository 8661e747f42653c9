/** `.chart`: draws the last result. */
import { RedQueryError } from '../../errors.ts';
import { escapeControls, paletteOf } from '../../output/index.ts';
import type { Candidate, Command, Completion, Shell } from '../words.ts';
import { CHART_KINDS, chartPlanFrom } from './columns.ts';

/** Lines of a chart that goes to a file: it fits no window. */
const FILE_ROWS = 44;

export const chartCommand: Command = {
  names: ['.chart', '\\chart'],
  usage: '[KIND] [COLUMN …]',
  summary: 'draws the last result: bar, line, hist',
  details: `.chart                  what suits the columns
.chart bar city total   a bar for each row: label, number
.chart line day a b     numbers over a time or a number, which comes first; a number alone over the row's number
.chart line day n city  a line for each value of a text column, six at most
.chart hist price       how often values occur, in bins of a round width as Freedman and Diaconis advise

Names with blanks stand in double quotes. NULLs are left out and counted.
In SQL there are bar() and spark().`,
  complete: completeChart,
  async run(argument, shell) {
    const result = shell.lastResult;
    if (result === null)
      throw new RedQueryError('RQ_OPTION', '.chart draws the last result, and there is none; run a SELECT first');
    const plan = chartPlanFrom(argument, result.schema);
    // Loaded at the first use, not before the prompt.
    const { chartText } = await import('./chart-text.ts');
    const goesToFile = shell.settings.output !== null || shell.settings.once !== null;
    const isSeen = shell.isInteractive && !goesToFile;
    await shell.show(
      chartText(plan, result, {
        columns: shell.size.columns,
        rows: isSeen ? shell.size.rows : FILE_ROWS,
        isWhole: !isSeen,
        palette: goesToFile ? paletteOf(false) : shell.palette,
        nullText: shell.settings.null,
      }),
    );
  },
};

function completeChart(argument: string, cursor: number, shell: Shell): Completion | null {
  const before = argument.slice(0, cursor);
  const from = before.search(/"[^"]*$|[^\s,]*$/);
  const typed = before.slice(from).replace(/^"/, '').toLowerCase();
  const candidates = before.slice(0, from).trim() === '' ? kindCandidates() : columnCandidates(shell);
  const fitting = candidates.filter(({ label }) => label.toLowerCase().startsWith(typed));
  return fitting.length === 0 ? null : { from, to: cursor, candidates: fitting };
}

function kindCandidates(): readonly Candidate[] {
  return CHART_KINDS.map((kind) => ({ text: kind, label: kind, detail: '', kind: 'setting' }));
}

function columnCandidates({ lastResult }: Shell): readonly Candidate[] {
  return (lastResult?.schema ?? []).map(({ name, type }) => ({
    text: /^[^\s",]+$/.test(name) ? escapeControls(name) : `"${escapeControls(name).replaceAll('"', '""')}"`,
    label: escapeControls(name),
    detail: type.id,
    kind: 'column',
  }));
}

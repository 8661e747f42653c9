/** Prints results for a person: the machine, the series with what they counted, and the table of limits. */
import { type Finding, type Results, type Series, verdictOf } from './results.ts';

const SIGN: Readonly<Record<ReturnType<typeof verdictOf>, string>> = {
  aim: '✓ aim',
  must: '✓ must',
  missed: '✗ missed',
  'not measured': '– not measured',
};

/** The whole report as text. */
export function reportText(results: Results): string {
  const parts = [headline(results), seriesTable(results.series), findingsTable(results.findings)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline({ machine, versions, rowCount, runCount, startedAt, command }: Results): string {
  const words = (record: Readonly<Record<string, string>>): string =>
    Object.entries(record)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  return [startedAt, command, words(machine), words(versions), `${grouped(rowCount)} rows, ${runCount} runs`].join('\n');
}

function seriesTable(series: readonly Series[]): string {
  if (series.length === 0) return '';
  const rows = series.map(({ name, unit, sampleCount, median, p99, max, counts }) => {
    const perSecond =
      counts?.['rows'] === undefined || unit !== 'ms' ? '' : grouped(Math.round((counts['rows'] / median) * 1000));
    const megabytes = counts?.['bytes'] === undefined ? '' : (counts['bytes'] / 1e6).toFixed(0);
    const cpu = (value: number | undefined): string => value?.toFixed(0) ?? '';
    return [
      name,
      unit,
      String(sampleCount),
      short(median),
      short(p99),
      short(max),
      perSecond,
      megabytes,
      cpu(counts?.['cpuMs']),
      cpu(counts?.['serverCpuMs']),
    ];
  });
  return table([['series', 'unit', 'n', 'median', 'p99', 'max', 'rows/s', 'MB', 'client CPU ms', 'Redis CPU ms'], ...rows]);
}

function findingsTable(findings: readonly Finding[]): string {
  const rows = findings.map((finding) => {
    const limit = (value: number | null): string =>
      value === null ? '' : `${finding.isMoreBetter === true ? '≥' : '≤'} ${amount(value, finding.unit)}`;
    const reached = finding.reached === null ? '' : amount(finding.reached, finding.unit);
    return [
      finding.title,
      limit(finding.must),
      limit(finding.aim),
      reached,
      SIGN[verdictOf(finding)] + (finding.note === undefined ? '' : ` (${finding.note})`),
    ];
  });
  return table([['measure', 'must', 'aim', 'reached', ''], ...rows]);
}

/** A number with its unit: `1.07 ×`, `23.4 ms`. */
export function amount(value: number, unit: Finding['unit']): string {
  return `${short(value)} ${unit}`;
}

function short(value: number): string {
  if (Number.isNaN(value)) return '?';
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** Sets rows of cells in columns; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].join('\n');
}

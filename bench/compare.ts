/** Sets two stored results side by side: what each limit and each series was, and how much it changed. */
import { readFile } from 'node:fs/promises';
import { amount, table } from './support/print-results.ts';
import { type Results, verdictOf } from './support/results.ts';

/** Gives the comparison of two files of bench/results as text. @throws {Error} where a file holds no results. */
export async function compareFiles(fileA: string, fileB: string): Promise<string> {
  const [a, b] = await Promise.all([readResults(fileA), readResults(fileB)]);
  const heads = [a, b].map((results, index) => {
    const { commit, processor, cores } = results.machine;
    return `${index === 0 ? 'A' : 'B'}: ${results.startedAt}, commit ${commit}, ${processor}, ${cores} cores, ${results.rowCount} rows, ${results.runCount} runs`;
  });
  const warning =
    a.rowCount === b.rowCount && a.machine['processor'] === b.machine['processor']
      ? []
      : ['Other rows or another machine: only ratios compare.'];
  return [...heads, ...warning, '', table(findingRows(a, b)), '', table(seriesRows(a, b)), ''].join('\n');
}

async function readResults(file: string): Promise<Results> {
  const data: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof data !== 'object' || data === null || !('format' in data) || data.format !== 1)
    throw new Error(`${file} holds no results of this benchmark`);
  // Files of format 1 are written by run.ts alone.
  return data as Results;
}

function findingRows(a: Results, b: Results): string[][] {
  const rows = [['measure', 'A', 'B', 'B / A', 'A', 'B']];
  for (const name of namesOf(a.findings, b.findings)) {
    const [left, right] = [a, b].map(({ findings }) => findings.find((finding) => finding.name === name));
    const reached = (finding: typeof left): string =>
      finding === undefined || finding.reached === null ? '' : amount(finding.reached, finding.unit);
    const verdict = (finding: typeof left): string => (finding === undefined ? '' : verdictOf(finding));
    rows.push([
      (left ?? right)?.title ?? name,
      reached(left),
      reached(right),
      change(left?.reached, right?.reached),
      verdict(left),
      verdict(right),
    ]);
  }
  return rows;
}

function seriesRows(a: Results, b: Results): string[][] {
  const rows = [['series (median)', 'A', 'B', 'B / A']];
  for (const name of namesOf(a.series, b.series)) {
    const [left, right] = [a, b].map(({ series }) => series.find((one) => one.name === name));
    const middle = (series: typeof left): string => (series === undefined ? '' : amount(series.median, series.unit));
    rows.push([name, middle(left), middle(right), change(left?.median, right?.median)]);
  }
  return rows;
}

function namesOf(a: readonly { readonly name: string }[], b: readonly { readonly name: string }[]): Set<string> {
  return new Set([...a, ...b].map(({ name }) => name));
}

function change(left: number | null | undefined, right: number | null | undefined): string {
  return typeof left === 'number' && typeof right === 'number' && left !== 0 ? (right / left).toFixed(2) : '';
}

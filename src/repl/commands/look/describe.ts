/** `.describe`: the columns of a view, a table or a call, their types, and what a sample of the keys said of them. */
import type { DescribedColumn } from '../../../engine/index.ts';
import { RedQueryError } from '../../../errors.ts';
import { counted, escapeControls, grouped } from '../../../output/index.ts';
import { quoteIdentifier } from '../../../sql/index.ts';
import type { Command, Shell } from '../../words.ts';
import { patternTest, unquoted } from '../arguments.ts';
import { columnsText, drawingFor, type TextColumn } from '../columns-text.ts';
import { nearestNames } from '../nearest.ts';
import { tell } from '../tell.ts';
import { untilAborted } from '../waiting.ts';
import { callsOfKeys, type KeyCalls, typesText } from './keys-as-calls.ts';
import { type SessionObject, shortCall, tablesOf } from './session-objects.ts';
import { listTables } from './tables.ts';

/** Views that a pattern may describe one after another. */
const MOST_DESCRIBED = 10;

export const describe: Command = {
  names: ['.describe', '.desc', '\\d'],
  usage: '[NAME]',
  summary: 'columns, types and what a sample said',
  details:
    "NAME is a view, a table, a pattern of keys, or a call.\nExamples: .describe users    .describe user:*    .describe redis_hash('user:*')\n" +
    'Views and tables come first. Keys of several types are described one type after another. Without NAME it is .tables.',
  run: async (argument, shell, signal, name) => {
    if (argument === '') return listTables(null, shell, signal, name);
    for (const found of await targetsOf(argument, shell, signal)) await show(found, shell, signal);
  },
};

interface Target {
  readonly title: string;
  /** As it stands behind FROM. */
  readonly table: string;
  /** Null for a call. */
  readonly object: SessionObject | null;
}

async function targetsOf(argument: string, shell: Shell, signal: AbortSignal): Promise<readonly Target[]> {
  if (argument.endsWith(')') || /^'.*\.\w+'$/.test(argument)) return [{ title: argument, table: argument, object: null }];
  const objects = await tablesOf(shell, signal);
  const name = unquoted(argument);
  // Without wildcards a name is a pattern of itself, in any case.
  const same = objects.filter((one) => one.name === name);
  const found = same.length > 0 ? same : objects.filter((one) => patternTest(name)(one.name));
  if (found.length === 0) return await keyTargets(name, objects, shell, signal);
  return found.slice(0, MOST_DESCRIBED).map((object) => ({ title: object.name, table: quoteIdentifier(object.name), object }));
}

/** What is no name of the session is a pattern of keys, or one key. */
async function keyTargets(
  name: string,
  objects: readonly SessionObject[],
  shell: Shell,
  signal: AbortSignal,
): Promise<readonly Target[]> {
  const keys = await callsOfKeys(name, shell, signal);
  if (keys.calls.length === 0) throw unknownTable(name, objects, keys);
  const about = typesText(name, keys);
  if (about !== null) tell(shell, about);
  return keys.calls.flatMap(({ call }) => (call === null ? [] : [{ title: call, table: call, object: null }]));
}

function unknownTable(name: string, objects: readonly SessionObject[], { visitedKeys }: KeyCalls): RedQueryError {
  const near = nearestNames(
    name,
    objects.map((one) => one.name),
  );
  const hint =
    near.length > 0
      ? `did you mean ${near.join(' or ')}?`
      : /^\w+$/.test(name)
        ? `.tables lists views and tables; keys are described by their pattern: .describe ${name}:*`
        : '.tables lists views and tables, .keys shows what keys there are';
  const what =
    visitedKeys === null
      ? `no view, table or key ${JSON.stringify(name)}`
      : `no view or table ${JSON.stringify(name)}, and no such key among the first ${grouped(visitedKeys)}`;
  return new RedQueryError('RQ_UNKNOWN_TABLE', what, { hint });
}

async function show({ title, table, object }: Target, shell: Shell, signal: AbortSignal): Promise<void> {
  const session = await untilAborted(signal, shell.session());
  const columns = await untilAborted(signal, session.describe(table));
  const call = object?.kind === 'view' && object.calls.length === 1 ? object.calls[0] : undefined;
  const sampled = call === undefined ? columns : withSamples(columns, await sampleOf(call));
  const { typeName } = await import('../../../types/index.ts');
  const rows = sampled.map((column) => [column.name, typeName(column.type), ...sampleCells(column, typeName)]);
  const hasSample = sampled.some(({ sample }) => sample !== null);
  const shown = hasSample ? COLUMNS : COLUMNS.slice(0, 2);
  const drawing = drawingFor(shell);
  const head = drawing.palette('bold', escapeControls(title)) + drawing.palette('dim', aboutText(object, sampled));
  await shell.show(`${head}\n${columnsText(shown, rows, drawing)}`);

  /** A view keeps the types that it was made with, and says nothing of its sample: its one call does. */
  async function sampleOf(text: string): Promise<readonly DescribedColumn[]> {
    return await untilAborted(signal, session.describe(text)).catch((error: unknown) => {
      if (signal.aborted) throw error;
      return [];
    });
  }
}

function withSamples(columns: readonly DescribedColumn[], sampled: readonly DescribedColumn[]): readonly DescribedColumn[] {
  const byName = new Map(sampled.map((column) => [column.name, column.sample]));
  return columns.map((column) => ({ ...column, sample: column.sample ?? byName.get(column.name) ?? null }));
}

const COLUMNS: readonly TextColumn[] = [
  { head: 'column', style: 'bold' },
  { head: 'type', style: 'keyword' },
  { head: 'null', align: 'right' },
  { head: 'examples', style: 'string' },
  { head: 'not of one type', style: 'warning', isWrapped: true },
];

function sampleCells({ sample }: DescribedColumn, typeName: (type: DescribedColumn['type']) => string): string[] {
  if (sample === null) return ['', '', ''];
  const { leading, share, nullShare, examples, disagreeing } = sample;
  const not =
    share === 1
      ? ''
      : `${percent(share)} ${typeName(leading)}${disagreeing.length === 0 ? '' : `, not ${disagreeing.join(', ')}`}`;
  return [nullShare === 0 ? '' : percent(nullShare), examples.join(', '), not];
}

/** Neither all nor nothing is claimed where it is not so. */
function percent(share: number): string {
  if (share > 0 && share < 0.01) return '<1%';
  return share < 1 && share > 0.99 ? '>99%' : `${Math.round(share * 100)}%`;
}

function aboutText(object: SessionObject | null, columns: readonly DescribedColumn[]): string {
  const sampledKeys = columns.reduce((most, { sample }) => Math.max(most, sample?.sampledKeys ?? 0), 0);
  const parts = [
    object === null ? '' : object.kind,
    object === null || object.calls.length === 0 ? '' : `of ${object.calls.map(shortCall).map(escapeControls).join(', ')}`,
    object?.rowCount == null ? '' : `of ${counted(object.rowCount, 'row')}`,
    sampledKeys === 0 ? '' : `sample of ${counted(sampledKeys, 'key')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` · ${parts.join(' · ')}`;
}

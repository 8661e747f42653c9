/** `.tables`: views and tables of the session; where there are none, which of the server's keys could be some. */
import { counted, displayWidth, escapeControls, grouped } from '../../../output/index.ts';
import { quoteLiteral } from '../../../sql/index.ts';
import type { Command, Shell } from '../../words.ts';
import { atMostOneWord, isPattern, patternTest } from '../arguments.ts';
import { columnsText, drawingFor, type TextColumn } from '../columns-text.ts';
import { tell } from '../tell.ts';
import { untilAborted } from '../waiting.ts';
import { type SessionObject, shortCall, tablesOf } from './session-objects.ts';

const COLUMNS: readonly TextColumn[] = [
  { head: 'name', style: 'bold' },
  { head: 'kind' },
  { head: 'columns', align: 'right' },
  { head: 'rows', align: 'right' },
  { head: 'made of', style: 'dim', isWrapped: true },
];
/** A look at the keys, no more: `.keys` is thorough. */
const SAMPLE = { pattern: '*', mostKeys: 2_000, mostMs: 250 } as const;
const MOST_SHAPES = 8;

export const tables: Command = {
  names: ['.tables', '\\dt', '\\dv'],
  usage: '[PATTERN]',
  summary: 'views and tables of this session',
  details: 'PATTERN: * and ? stand for any letters. Where there are no views yet, shapes of keys are shown that could be some.',
  run: (argument, shell, signal, name) => listTables(atMostOneWord(argument, name), shell, signal, name),
};

/** Shows the list. `name`: `\dt` is about tables alone, `\dv` about views. */
export async function listTables(pattern: string | null, shell: Shell, signal: AbortSignal, name: string): Promise<void> {
  const kind = name.startsWith('\\dt') ? 'table' : name.startsWith('\\dv') ? 'view' : null;
  const all = await tablesOf(shell, signal);
  const fits = pattern === null ? () => true : patternTest(pattern);
  const shown = all.filter((one) => fits(one.name) && (kind === null || one.kind === kind));
  if (shown.length > 0) await shell.show(columnsText(COLUMNS, shown.map(rowOf), drawingFor(shell)));
  // The last result is a table by itself; whoever has no other may want one.
  if (all.every(isLastResult)) return await showShapes(shell, signal);
  if (shown.length === 0) tell(shell, nothingFits(pattern, kind, all));
}

function isLastResult({ name, kind }: SessionObject): boolean {
  return name === '_' && kind === 'table';
}

function rowOf(object: SessionObject): string[] {
  const { name, kind, columnCount, rowCount } = object;
  return [
    name,
    isLastResult(object) ? 'last result' : kind,
    columnCount === null ? '' : String(columnCount),
    rowCount === null ? '' : grouped(rowCount),
    madeOf(object),
  ];
}

/** The calls of a view, or the text behind AS. */
function madeOf({ kind, calls, sql }: SessionObject): string {
  if (kind !== 'view') return '';
  if (calls.length > 0) return [...new Set(calls.map(shortCall))].join(', ');
  return (/\bAS\s+([^]*?);?$/i.exec(sql)?.[1] ?? '').replaceAll(/\s+/g, ' ');
}

function nothingFits(pattern: string | null, kind: string | null, all: readonly SessionObject[]): string {
  const what = `${kind ?? 'view or table'}${pattern === null ? '' : `${isPattern(pattern) ? ' like' : ''} ${escapeControls(pattern)}`}`;
  const names = all.slice(0, 8).map(({ name }) => escapeControls(name));
  return `No ${what}; there are: ${names.join(', ')}${all.length > names.length ? ', …' : ''}`;
}

async function showShapes(shell: Shell, signal: AbortSignal): Promise<void> {
  shell.say('No views or tables in this session yet.');
  const client = await untilAborted(signal, shell.redis());
  const [{ sampleKeys }, { typeText }, storage] = await Promise.all([
    import('../../keyspace/sample.ts'),
    import('../../keyspace/draw-map.ts'),
    import('../../../storage/index.ts'),
  ]);
  const sample = await sampleKeys(client, { ...SAMPLE, signal });
  if (sample.keys.length === 0) return shell.say(`${shell.place} has no keys.`);
  const { keyShapesIn, isWorthTable, TYPE_TABLES, patternOf } = storage;
  const all = keyShapesIn(sample.keys.map(({ key, type }) => ({ key, type })));
  const shapes = all.filter(isWorthTable);
  if (shapes.length === 0) return shell.say('Its keys have no shape in common; .keys shows them.');
  const rows = shapes.slice(0, MOST_SHAPES).map((shape) => {
    const call = `${TYPE_TABLES[shape.type]?.functionName ?? 'redis_keys'}(${quoteLiteral(patternOf(shape, all))})`;
    return [call, typeText(shape.type), grouped(shape.count)];
  });
  const heads: readonly TextColumn[] = [
    { head: 'could be a table', style: 'function' },
    { head: 'type' },
    { head: sample.isWhole ? 'keys' : 'of the sample', align: 'right' },
  ];
  const looked = sample.isWhole ? 'of all' : `of the first ${counted(sample.keys.length, 'key')}`;
  shell.say(`Shapes of keys, ${looked}:`);
  await shell.show(columnsText(heads, rows, drawingFor(shell)));
  // Broken in the middle the statement would be another one.
  const example = `Try: FROM ${escapeControls(rows[0]?.[0] ?? '')} LIMIT 10;`;
  const more = '.keys shows more, and offers views.';
  const isOneLine = displayWidth(example) + 4 + more.length <= drawingFor(shell).columns;
  shell.say(shell.palette('dim', isOneLine ? `${example}    ${more}` : `${example}\n${more}`));
}

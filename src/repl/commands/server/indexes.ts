/** `.indexes`: the search indexes of the server. */
import type { Row } from '../../../engine/index.ts';
import { RedQueryError } from '../../../errors.ts';
import { escapeControls, grouped } from '../../../output/index.ts';
import type { Command, Shell } from '../../words.ts';
import { atMostOneWord, isPattern, patternTest } from '../arguments.ts';
import { columnsText, drawingFor, type TextColumn } from '../columns-text.ts';
import { catalogRows, listIn, numberIn, textIn } from '../look/session-objects.ts';
import { nearestNames } from '../nearest.ts';
import { tell } from '../tell.ts';
import { untilAborted } from '../waiting.ts';

const COLUMNS: readonly TextColumn[] = [
  { head: 'index', style: 'bold' },
  { head: 'of' },
  { head: 'prefixes', style: 'string' },
  { head: 'documents', align: 'right' },
  { head: 'state' },
  { head: 'attributes', style: 'dim', isWrapped: true },
];
const ATTRIBUTES: readonly TextColumn[] = [
  { head: 'attribute', style: 'bold' },
  { head: 'type', style: 'keyword' },
  { head: 'field or path' },
  { head: 'also', style: 'dim' },
];

export const indexes: Command = {
  names: ['.indexes', '\\di'],
  usage: '[NAME]',
  summary: 'search indexes and their state',
  details: 'With NAME its attributes, too; NAME may have * and ?.',
  run: async (argument, shell, signal, name) => {
    const wanted = atMostOneWord(argument, name);
    const rows = await catalogRows(shell, signal, 'FROM redis_indexes() ORDER BY name');
    if (rows.length === 0) return tell(shell, await whyNone(shell, signal));
    const fits = wanted === null ? () => true : patternTest(wanted);
    const shown = rows.filter((row) => fits(textIn(row, 'name')));
    if (shown.length === 0) throw unknownIndex(wanted ?? '', rows);
    await shell.show(columnsText(COLUMNS, shown.map(rowOf), drawingFor(shell)));
    const [only] = shown;
    if (wanted === null || isPattern(wanted) || only === undefined) return;
    await shell.show(columnsText(ATTRIBUTES, attributesOf(only).map(attributeCells), drawingFor(shell)));
  },
};

function rowOf(row: Row): string[] {
  const attributes = attributesOf(row).map((one) => [one['attribute'], one['type']].map(String).join(' '));
  return [
    textIn(row, 'name'),
    textIn(row, 'key_type'),
    listIn(row, 'prefixes').join(' ') + (textIn(row, 'filter') === '' ? '' : ` if ${textIn(row, 'filter')}`),
    grouped(numberIn(row, 'num_docs') ?? 0),
    stateOf(row),
    attributes.join(', '),
  ];
}

function stateOf(row: Row): string {
  const failures = numberIn(row, 'failures') ?? 0;
  const percent = Math.floor(Number(row['percent_indexed'] ?? 1) * 100);
  const state = row['indexing'] === true ? `being built, ${percent}%` : 'ready';
  return failures === 0 ? state : `${state}, ${grouped(failures)} failed`;
}

type Attribute = Readonly<Record<string, unknown>>;

function attributesOf(row: Row): Attribute[] {
  const value = row['attributes'];
  const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return Array.isArray(parsed) ? parsed.filter((one): one is Attribute => typeof one === 'object' && one !== null) : [];
}

function attributeCells(attribute: Attribute): string[] {
  const { attribute: name, type, identifier, ...others } = attribute;
  return [String(name ?? ''), String(type ?? ''), String(identifier ?? ''), Object.entries(others).flatMap(otherText).join(', ')];
}

/** What is off, absent or as it always is is not worth a word. */
function otherText([name, value]: [string, unknown]): string[] {
  if (Array.isArray(value)) return value.map((one) => String(one).toLowerCase());
  if (value === false || value === null || value === '' || (name === 'WEIGHT' && Number(value) === 1)) return [];
  const label = name.toLowerCase();
  return [value === true ? label : `${label} ${JSON.stringify(value)}`];
}

function unknownIndex(name: string, rows: readonly Row[]): RedQueryError {
  const names = rows.map((row) => textIn(row, 'name'));
  const near = nearestNames(name, names);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are: ${names.slice(0, 8).join(', ')}`;
  return new RedQueryError('RQ_UNKNOWN_INDEX', `no index ${JSON.stringify(name)}`, { hint: escapeControls(hint) });
}

/** No row may mean no index, or no module that could have one. */
async function whyNone(shell: Shell, signal: AbortSignal): Promise<string> {
  const client = await untilAborted(signal, shell.redis());
  try {
    await untilAborted(signal, client.call('FT._LIST'));
    return 'No search indexes yet. EXPLAIN of a slow statement says which one would help.';
  } catch (error) {
    if (!(error instanceof RedQueryError) || error.kind === 'cancelled') throw error;
    if (error.code === 'RQ_REDIS_PERMISSION') return 'This user may not list search indexes.';
    return `${shell.place} has no search module (it comes with Redis 8 and Redis Stack): every statement reads keys by name or by SCAN.`;
  }
}

/** `.databases` and `\l`: the databases of the server that have keys. */
import { durationText, grouped } from '../../../output/index.ts';
import type { Command } from '../../words.ts';
import { noArgument } from '../arguments.ts';
import { columnsText, drawingFor, type TextColumn } from '../columns-text.ts';
import { untilAborted } from '../waiting.ts';
import { databaseOfPlace, infoFrom, partsFrom } from './info-reply.ts';

const COLUMNS: readonly TextColumn[] = [
  { head: '', style: 'good' },
  { head: 'database', style: 'bold' },
  { head: 'keys', align: 'right' },
  { head: 'with a time to live', align: 'right' },
  { head: 'mean of these', align: 'right' },
];

export const databases: Command = {
  names: ['.databases', '\\l', '\\list'],
  usage: '',
  summary: 'databases that have keys',
  details: 'The present one is marked. Another one: .connect redis://HOST/2',
  run: async (argument, shell, signal, name) => {
    noArgument(argument, name);
    const client = await untilAborted(signal, shell.redis());
    const facts = infoFrom(await untilAborted(signal, client.call('INFO', 'keyspace')));
    const present = databaseOfPlace(shell.place);
    const found = [...facts].flatMap(([key, [value = '']]) =>
      /^db\d+$/.test(key) ? [[Number(key.slice(2)), value] as const] : [],
    );
    // The present one is listed though it is empty.
    if (!found.some(([number]) => number === present)) found.push([present, 'keys=0,expires=0']);
    const rows = found.sort(([a], [b]) => a - b).map(([number, value]) => rowOf(number, value, number === present));
    await shell.show(columnsText(COLUMNS, rows, drawingFor(shell)));
  },
};

function rowOf(number: number, value: string, isPresent: boolean): string[] {
  const parts = partsFrom(value);
  const meanMs = Number(parts.get('avg_ttl') ?? 0);
  return [
    isPresent ? '*' : '',
    String(number),
    countText(parts.get('keys')),
    countText(parts.get('expires')),
    meanMs > 0 && Number.isFinite(meanMs) ? durationText(meanMs) : '',
  ];
}

/** What is no count is shown as nothing: some servers that speak RESP tell less. */
function countText(text = '0'): string {
  const count = Number(text);
  return Number.isFinite(count) ? grouped(count) : '';
}

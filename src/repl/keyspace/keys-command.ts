/** `.keys`: a map of a strange database, and the views that its shapes can become. */
import { RedQueryError } from '../../errors.ts';
import { escapeControls, grouped, paletteOf } from '../../output/index.ts';
import type { ControlClient } from '../../storage/index.ts';
import { tell } from '../commands/tell.ts';
import type { Command, Shell } from '../words.ts';
import type { KnownRelation } from './key-views.ts';
import type { KeySample } from './sample.ts';

const SAMPLE_KEYS = 20_000;
/** A pattern may be rare: its walk may take longer. */
const ALL_MS = 1_000;
const PATTERN_MS = 3_000;

/** What the last map of a shell offered; `.keys make N` takes one of it. */
const offered = new WeakMap<Shell, readonly string[]>();

export const keysCommand: Command = {
  names: ['.keys', '\\keys'],
  usage: '[PATTERN | make N]',
  summary: 'a map of the keys, from a bounded sample',
  details: `.keys          shapes of the keys: share, number ± error, memory, TTLs
.keys user:*   the same for the keys of a pattern; user:{id} is user:*
.keys make 2   puts the second CREATE VIEW of the last map into the prompt

Looks at ${grouped(SAMPLE_KEYS)} keys at most, for ${ALL_MS / 1_000} s (${PATTERN_MS / 1_000} s for a pattern): SCAN with COUNT 1000, TYPE of each key, PTTL and MEMORY USAGE … SAMPLES 5 of some.
Where that is not all keys, numbers are estimates: the true one lies within ±, 19 times of 20. In a cluster keys of one {tag} lie together, and the sample may have too many or too few of them.`,
  async run(argument, shell, signal) {
    const make = /^make(?:\s+(.*))?$/s.exec(argument);
    if (make !== null) return await makeView(make[1] ?? '', shell);
    await showMap(argument === '' ? '*' : globFrom(argument), shell, signal);
  },
};

/** What the map writes for a shape is taken back: `user:{user_id}:cart` is `user:*:cart`. Other braces are a key's own. */
function globFrom(pattern: string): string {
  return pattern.replace(/\{(?:[\p{L}\p{N}_]+_)?id(?:_\d+)?\}/gu, '*');
}

async function showMap(pattern: string, shell: Shell, signal: AbortSignal): Promise<void> {
  // Loaded at the first use, not before the prompt.
  const [{ sampleKeys }, { mapText }] = await Promise.all([import('./sample.ts'), import('./map-text.ts')]);
  const client = await shell.redis();
  const startMs = performance.now();
  const mostMs = pattern === '*' ? ALL_MS : PATTERN_MS;
  const sampling = sampleKeys(client, { pattern, mostKeys: SAMPLE_KEYS, mostMs, signal, details: true }).then((sample) => ({
    sample,
    elapsedMs: performance.now() - startMs,
  }));
  const [{ sample, elapsedMs }, known] = await Promise.all([sampling, relationsOf(shell)]);
  if (sample.keys.length === 0) return tell(shell, await emptyText(sample, pattern, shell, client));
  const goesToFile = shell.settings.output !== null || shell.settings.once !== null;
  const { text, views } = mapText(sample, {
    place: shell.place,
    pattern,
    elapsedMs,
    columns: goesToFile || !shell.isInteractive ? Number.POSITIVE_INFINITY : shell.size.columns,
    rows: shell.isInteractive && !goesToFile ? shell.size.rows : Number.POSITIVE_INFINITY,
    palette: goesToFile ? paletteOf(false) : shell.palette,
    known,
  });
  offered.set(shell, views);
  await shell.show(text);
}

/** Without a terminal there is no prompt to put it into: it runs at once. */
async function makeView(argument: string, shell: Shell): Promise<void> {
  const views = offered.get(shell) ?? [];
  const view = /^\d+$/.test(argument) ? views[Number(argument) - 1] : undefined;
  if (view === undefined) {
    const valid =
      views.length === 0
        ? '.keys offers views; run it first'
        : views.length === 1
          ? 'there is one: .keys make 1'
          : `give a number from 1 to ${grouped(views.length)}`;
    const wanted = argument === '' ? 'which view?' : `there is no view ${escapeControls(argument)};`;
    throw new RedQueryError('RQ_OPTION', `.keys make: ${wanted} ${valid}`);
  }
  if (shell.isInteractive) shell.offer(view);
  else await shell.run(view);
}

/** Without a session there are no views, and the map is worth showing. */
async function relationsOf(shell: Shell): Promise<readonly KnownRelation[]> {
  try {
    const session = await shell.session();
    const rows = await session
      .query(
        'SELECT view_name AS name, sql FROM duckdb_views() WHERE NOT internal UNION ALL SELECT table_name, NULL FROM duckdb_tables()',
      )
      .rows();
    return rows.map((row) => ({ name: String(row['name']), sql: String(row['sql'] ?? '') }));
  } catch (error) {
    if (error instanceof RedQueryError) return [];
    throw error;
  }
}

async function emptyText(sample: KeySample, pattern: string, shell: Shell, client: ControlClient): Promise<string> {
  const { visitedKeys, databaseKeys, isWhole } = sample;
  if (pattern !== '*' && databaseKeys !== 0) {
    const name = escapeControls(pattern);
    if (isWhole) return `No key is like ${name} at ${shell.place}. \`.keys\` shows what keys there are.`;
    return `No key is like ${name} among the first ${grouped(visitedKeys)}${databaseKeys === null ? '' : ` of ${grouped(databaseKeys)}`}; there may be some behind them. \`.keys\` shows what keys there are.`;
  }
  const others = await otherDatabases(client);
  const elsewhere =
    others === ''
      ? 'Write some (redis-cli SET greeting hello) and look again.'
      : `Other databases of the server have some: ${others}. \`.connect URL/N\` goes there.`;
  return `${shell.place} holds no keys. ${elsewhere}`;
}

/** `2 (1,204 keys), 5 (1 key)`. */
async function otherDatabases(client: ControlClient): Promise<string> {
  try {
    const info = String(await client.call('INFO', 'keyspace'));
    return [...info.matchAll(/^db(\d+):keys=(\d+)/gm)].map(([, db, keys]) => `${db} (${grouped(Number(keys))} keys)`).join(', ');
  } catch (error) {
    if (error instanceof RedQueryError) return '';
    throw error;
  }
}

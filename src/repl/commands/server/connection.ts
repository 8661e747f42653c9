/** `.connect` to another server, and `.info` about the present one. */
import { RedQueryError } from '../../../errors.ts';
import { bytesText, durationText, escapeControls, grouped } from '../../../output/index.ts';
import type { Command, Shell } from '../../words.ts';
import { atMostOneWord, noArgument } from '../arguments.ts';
import { columnsText, drawingFor } from '../columns-text.ts';
import { untilAborted } from '../waiting.ts';
import { databaseOfPlace, infoFrom, partsFrom } from './info-reply.ts';

export const connect: Command = {
  names: ['.connect', '\\c', '\\connect'],
  usage: '[URL | N]',
  summary: 'another server, or another database',
  details:
    'Examples: .connect 2 (a database)    .connect redis://db.example:6380/2    .connect rediss://ann@db.example    .connect unix:///run/redis.sock\n' +
    'Without URL it is .info. The present connection stays where the other one cannot be made. Views of this session are not taken along.',
  run: async (argument, shell, signal, name) => {
    const typed = atMostOneWord(argument, name);
    if (typed === null) return showInfo(shell, signal);
    const url = urlFrom(typed);
    try {
      await untilAborted(signal, shell.connect(url, signal));
    } catch (error) {
      throw failedFrom(error, url, shell.place);
    }
    shell.say(`Connected to ${escapeControls(shell.place)}.`);
  },
};

/** Host and port alone are enough; a number is a database. */
function urlFrom(typed: string): string {
  return /^(?:[\w.-]+|\[[\da-f:.]+\]):\d+(?:\/\d*)?$/i.test(typed) ? `redis://${typed}` : typed;
}

/** A message may quote the URL: what stands before its `@` goes. Where the terminal is now nobody has to guess. */
function failedFrom(error: unknown, url: string, place: string): unknown {
  const secrets = [/^[\w+.-]+:\/\/([^@]*)@/.exec(url)?.[1], /[?&]password=([^&#]*)/.exec(url)?.[1]].filter(
    (text) => text !== undefined && text !== '',
  );
  if (!(error instanceof RedQueryError)) return error;
  const clean = (text: string): string =>
    secrets.reduce<string>((left, secret) => (secret === undefined ? left : left.replaceAll(secret, '***')), text);
  // A URL that is none has led nowhere.
  const stays = error.code === 'RQ_OPTION' ? '' : `; the terminal stays at ${escapeControls(place)}`;
  const message = clean(error.message) + stays;
  return new RedQueryError(error.code, message, error.hint === undefined ? {} : { hint: clean(error.hint) });
}

export const info: Command = {
  names: ['.info', '\\conninfo'],
  usage: '',
  summary: 'server: version, keys, memory, modules',
  run: (argument, shell, signal, name) => {
    noArgument(argument, name);
    return showInfo(shell, signal);
  },
};

async function showInfo(shell: Shell, signal: AbortSignal): Promise<void> {
  const client = await untilAborted(signal, shell.redis());
  await untilAborted(signal, client.connect());
  const start = performance.now();
  // Without connection this throws; what the user may not ask is left out.
  await untilAborted(signal, client.call('PING')).catch(orRefused);
  const pingMs = performance.now() - start;
  const ask = async (command: string, ...args: readonly string[]): Promise<unknown> =>
    await untilAborted(signal, client.call(command, ...args)).catch(orRefused);
  const facts = infoFrom((await ask('INFO', 'everything')) ?? '');
  const [keys, user] = [await ask('DBSIZE'), await ask('ACL', 'WHOAMI')];
  const one = (name: string): string => facts.get(name)?.[0] ?? '';
  const rows = [
    ['connected to', shell.place],
    ['server', serverText(one)],
    ['user', typeof user === 'string' ? user : ''],
    ['role', roleText(one)],
    ['keys', typeof keys === 'number' ? `${grouped(keys)} in database ${databaseOfPlace(shell.place)}` : ''],
    ['memory', memoryText(one)],
    ['clients', one('connected_clients')],
    ['modules', (facts.get('module') ?? []).map(moduleText).join(', ')],
    ['answers in', durationText(pingMs)],
  ].filter(([, text]) => text !== '');
  await shell.show(
    columnsText(
      [
        { head: '', style: 'dim' },
        { head: '', isWrapped: true },
      ],
      rows,
      drawingFor(shell),
    ),
  );
}

/** What Redis refuses is null. @throws {RedQueryError} a connection that is lost, and Ctrl-C. */
function orRefused(error: unknown): null {
  if (error instanceof RedQueryError && ['RQ_REDIS_PERMISSION', 'RQ_REDIS_ERROR'].includes(error.code)) return null;
  throw error;
}

type Fact = (name: string) => string;

function serverText(one: Fact): string {
  const name = one('valkey_version') !== '' ? `Valkey ${one('valkey_version')}` : `Redis ${one('redis_version')}`;
  if (one('redis_version') === '') return '';
  const mode = one('redis_mode') === 'standalone' ? '' : ` · ${one('redis_mode')}`;
  return `${name}${mode} · ${one('os')} · up ${uptimeText(Number(one('uptime_in_seconds')))}`;
}

function uptimeText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  if (hours < 2) return durationText(seconds * 1000);
  return hours < 48 ? `${hours} hours` : `${grouped(Math.floor(hours / 24))} days`;
}

function roleText(one: Fact): string {
  if (one('role') === '') return '';
  if (one('role') === 'slave')
    return `replica of ${one('master_host')}:${one('master_port')} (link ${one('master_link_status')})`;
  const replicas = Number(one('connected_slaves'));
  return replicas === 0 ? one('role') : `${one('role')} of ${grouped(replicas)} replica${replicas === 1 ? '' : 's'}`;
}

function memoryText(one: Fact): string {
  const [used, most] = [Number(one('used_memory')), Number(one('maxmemory'))];
  // Neither is told by every server that speaks RESP.
  if (one('used_memory') === '' || !Number.isFinite(used)) return '';
  const limit = most > 0 ? `of ${bytesText(most)}, ${one('maxmemory_policy')}` : 'no limit';
  return `${bytesText(used)} (${limit})`;
}

/** `name=search,ver=20811,api=1,…`: versions are 2.8.11 written together. */
function moduleText(value: string): string {
  const parts = partsFrom(value);
  const number = Number(parts.get('ver') ?? 0);
  const version =
    number >= 10_000 ? [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100].join('.') : String(number);
  return `${parts.get('name') ?? ''} ${version}`;
}

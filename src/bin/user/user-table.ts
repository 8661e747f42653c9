/** The users of a file as a table for people: who they are and what they may, nothing that proves it. */

import { displayWidth, escapeControls, padToWidth } from '../../output/index.ts';
import type { UserRecord } from '../../server/index.ts';

const HEAD = ['name', 'login', 'keys', 'servers', 'changes', 'timeout', 'scan', 'sessions', 'Redis user'] as const;

/** Gives lines, each ended by a line break; the first is the head. `-`: no limit. */
export function userTable(users: ReadonlyMap<string, UserRecord>): string {
  const rows = [HEAD, ...[...users].map(([name, record]) => cellsOf(name, record))].map((cells) =>
    cells.map((cell) => escapeControls(cell)),
  );
  const widths = HEAD.map((_head, column) => Math.max(...rows.map((cells) => displayWidth(cells[column] ?? ''))));
  return rows
    .map(
      (cells) =>
        `${cells
          .map((cell, at) => padToWidth(cell, widths[at] ?? 0, 'left'))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function cellsOf(name: string, record: UserRecord): string[] {
  const { verifier, mayUseCertificate, keys, servers, isReadOnly, timeoutSeconds, maxScanKeys, maxConnections, redis } = record;
  const login = [...(verifier === null ? [] : ['password']), ...(mayUseCertificate ? ['certificate'] : [])];
  return [
    name,
    login.length === 0 ? 'none' : login.join(', '),
    listText(keys),
    listText(servers),
    isReadOnly ? 'no' : 'yes',
    timeoutSeconds === null ? '-' : `${timeoutSeconds} s`,
    numberText(maxScanKeys),
    numberText(maxConnections),
    redis === null ? '-' : redis.username,
  ];
}

function listText(words: readonly string[] | null): string {
  if (words === null) return '*';
  return words.length === 0 ? 'none' : words.join(' ');
}

function numberText(value: number | null): string {
  return value === null ? '-' : String(value);
}

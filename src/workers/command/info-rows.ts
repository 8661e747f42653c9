/** INFO as rows: a section's line `# Memory`, then `name:value`. */
import type { QueryClient } from '../../storage/connections/query-client.ts';
import type { NamedValues } from './command-run.ts';

/** Asks a server for all it says of itself. */
export async function infoRows(client: QueryClient, signal: AbortSignal): Promise<NamedValues[]> {
  const reply = await client.call(['INFO', 'everything'], { signal });
  return Buffer.isBuffer(reply) ? infoRowsFrom(reply.toString('utf8')) : [];
}

/** Reads INFO's text. */
export function infoRowsFrom(text: string): NamedValues[] {
  const rows: NamedValues[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (line.startsWith('#')) section = line.slice(1).trim();
    else if (colon > 0) {
      rows.push(
        new Map([
          ['section', section],
          ['name', line.slice(0, colon)],
          ['value', line.slice(colon + 1)],
        ]),
      );
    }
  }
  return rows;
}

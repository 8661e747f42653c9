/** Finds the replicas of a server, for reads that should not burden it. */
import { RedQueryError } from '../../errors.ts';
import type { ControlClient } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { describeEndpoint } from './options.ts';

/**
 * Gives the endpoint of a replica that is online, with the primary's credentials; asked of the primary each time, since roles
 * change.
 * @throws {RedQueryError} RQ_REDIS_UNREACHABLE where no replica is online, and what the client throws.
 */
export async function replicaOf(client: ControlClient, primary: Endpoint): Promise<Endpoint> {
  const info = String(await client.call('INFO', 'replication'));
  const online = [...info.matchAll(/^slave\d+:(.*)$/gm)]
    .map(
      ([, facts = '']) =>
        new Map(
          facts
            .trim()
            .split(',')
            .map((fact) => pairOf(fact)),
        ),
    )
    .filter((facts) => facts.get('state') === 'online');
  const replica = online[0];
  if (replica === undefined) {
    throw new RedQueryError('RQ_REDIS_UNREACHABLE', `${describeEndpoint(primary)} has no replica that is online`, {
      hint: "SET read_from = 'primary' reads from the server itself.",
    });
  }
  const host = replica.get('ip') ?? '';
  return { ...primary, address: { host, port: Number(replica.get('port')) } };
}

function pairOf(fact: string): [string, string] {
  const at = fact.indexOf('=');
  return [fact.slice(0, at), fact.slice(at + 1)];
}

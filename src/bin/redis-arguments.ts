/** Which Redis, and how to get in: the part of the command line that queries and the server have in common. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { orNull } from './option-words.ts';

export interface RedisArguments {
  readonly url: string | null;
  /** The environment's variable that the URL comes from; null for the command line's. */
  readonly urlVariable: string | null;
  readonly passwordFile: string | null;
  /** The environment's password; for a URL that has none. */
  readonly password: string | null;
  /** Further servers, name → URL. */
  readonly servers: ReadonlyMap<string, string>;
  readonly caFile: string | null;
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** The variables that the commands look at. */
export interface Environment {
  readonly REDQUERY_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  readonly REDQUERY_PASSWORD?: string | undefined;
  /** The user file of `redquery serve` and `redquery user`. */
  readonly REDQUERY_USERS?: string | undefined;
}

export const REDIS_OPTIONS = {
  'password-file': { type: 'string' },
  server: { type: 'string', multiple: true },
  ca: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
} as const satisfies ParseArgsOptionsConfig;

/** A host, with a port or a database or without. */
const HOST = /^(?:localhost|[\w-]+(?:\.[\w-]+)+|[\w.-]+:\d+)(?:\/\d+)?$/;

interface RedisOptionValues {
  readonly 'password-file'?: string;
  readonly server?: string[];
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * `positionals`: the URL, or nothing. `advice` ends the sentence about anything else.
 * @throws {Error} what is wrong.
 */
export function redisArgumentsFrom(
  values: RedisOptionValues,
  positionals: readonly string[],
  environment: Environment,
  advice: string,
): RedisArguments {
  const [address, extra] = positionals;
  if (extra !== undefined) throw new Error(`one URL is enough, but there is "${extra}", too; ${advice}`);
  if (address !== undefined && !address.includes('://')) {
    const meant = HOST.test(address) ? `did you mean redis://${address}?` : advice;
    throw new Error(`"${address}" is no URL (redis://, rediss:// or unix://); ${meant}`);
  }
  return {
    ...urlFrom(address, environment),
    passwordFile: orNull(values['password-file']),
    password: orNull(environment.REDQUERY_PASSWORD),
    servers: serversFrom(values.server ?? []),
    caFile: orNull(values.ca),
    certFile: orNull(values.cert),
    keyFile: orNull(values.key),
  };
}

function urlFrom(address: string | undefined, environment: Environment): Pick<RedisArguments, 'url' | 'urlVariable'> {
  if (address !== undefined) return { url: address, urlVariable: null };
  for (const urlVariable of ['REDQUERY_URL', 'REDIS_URL'] as const) {
    const url = orNull(environment[urlVariable]);
    if (url !== null) return { url, urlVariable };
  }
  return { url: null, urlVariable: null };
}

function serversFrom(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const match = /^([A-Za-z_][A-Za-z0-9_-]*)=(.+)$/.exec(word);
      if (match === null) throw new Error('--server is not understood; write name=URL, such as cache=redis://127.0.0.1:6380');
      const [, name = '', url = ''] = match;
      return [name, url];
    }),
  );
}

/** One user as the user file has them: read from JSON, checked, written back. Opens nothing. */
import { verifierFromText } from '../auth/scram-verifier.ts';
import { FALLBACK_ROLE, OWNER_ROLE } from '../catalog/process/overrides.ts';
import type { StoredUser } from './user-directory.ts';

/** A user of the file. Null lifts a limit; an empty list allows nothing. */
export interface UserRecord {
  /** `SCRAM-SHA-256$…`; null: no password. */
  readonly verifier: string | null;
  readonly mayUseCertificate: boolean;
  /** Globs of keys; null: all. */
  readonly keys: readonly string[] | null;
  /** Further servers by name, beside the one that the server was started for; null: all. */
  readonly servers: readonly string[] | null;
  readonly isReadOnly: boolean;
  readonly timeoutSeconds: number | null;
  readonly maxScanKeys: number | null;
  readonly maxConnections: number | null;
  readonly redis: { readonly username: string; readonly password: string } | null;
}

/** In the file, in `keys` and `servers`: all of them. */
export const ALL = '*';
/** PostgreSQL's names have no more (NAMEDATALEN − 1). */
const MAX_NAME_BYTES = 63;
const MAX_SECONDS = 2_000_000;

const FIELDS: readonly string[] = [
  'verifier',
  'certificate',
  'keys',
  'servers',
  'readOnly',
  'timeoutSeconds',
  'maxScanKeys',
  'maxConnections',
  'redis',
];

/** Says what is wrong with a user's name; null where nothing is. */
export function nameProblem(name: string): string | null {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_NAME_BYTES) return `a name has 1 to ${MAX_NAME_BYTES} bytes`;
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) return 'a name has no control characters';
  if (name !== name.trim()) return 'a name neither begins nor ends with a space';
  if (name === OWNER_ROLE || name === FALLBACK_ROLE) return `the server keeps the name "${name}" for itself`;
  if (name === 'public' || name === 'none' || name.startsWith('pg_')) return `PostgreSQL keeps the name "${name}" for itself`;
  return null;
}

/**
 * Reads a user of the file. What it does not know is an error: a misspelt limit would else be none.
 * @throws {Error} what is wrong, in words without the name.
 */
export function recordFromJson(json: unknown): UserRecord {
  const fields = objectFrom(json, 'a user');
  const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) throw new Error(`no field "${unknown}"; valid are ${FIELDS.join(', ')}`);
  if (fields['keys'] === undefined) throw new Error(`keys is missing: a list of key patterns, ["${ALL}"] for all keys`);
  return {
    verifier: verifierFrom(fields['verifier']),
    mayUseCertificate: booleanFrom(fields['certificate'], 'certificate', false),
    keys: listFrom(fields['keys'], 'keys'),
    servers: listFrom(fields['servers'] ?? [], 'servers'),
    isReadOnly: booleanFrom(fields['readOnly'], 'readOnly', true),
    timeoutSeconds: secondsFrom(fields['timeoutSeconds']),
    maxScanKeys: countFrom(fields['maxScanKeys'], 'maxScanKeys'),
    maxConnections: countFrom(fields['maxConnections'], 'maxConnections'),
    redis: redisFrom(fields['redis']),
  };
}

/** The reverse of `recordFromJson`; what is as by default is left out. */
export function jsonFromRecord(record: UserRecord): Record<string, unknown> {
  return {
    ...(record.verifier === null ? {} : { verifier: record.verifier }),
    ...(record.mayUseCertificate ? { certificate: true } : {}),
    keys: record.keys ?? [ALL],
    servers: record.servers ?? [ALL],
    readOnly: record.isReadOnly,
    ...(record.timeoutSeconds === null ? {} : { timeoutSeconds: record.timeoutSeconds }),
    ...(record.maxScanKeys === null ? {} : { maxScanKeys: record.maxScanKeys }),
    ...(record.maxConnections === null ? {} : { maxConnections: record.maxConnections }),
    ...(record.redis === null ? {} : { redis: record.redis }),
  };
}

/** The record as the server works with it. */
export function storedUserFrom(name: string, record: UserRecord): StoredUser {
  return {
    user: {
      name,
      keyPatterns: record.keys,
      servers: record.servers,
      statementTimeoutMs: record.timeoutSeconds === null ? null : Math.ceil(record.timeoutSeconds * 1000),
      maxScanKeys: record.maxScanKeys,
      maxConnections: record.maxConnections,
      isReadOnly: record.isReadOnly,
      redis: record.redis,
    },
    verifier: record.verifier === null ? null : verifierFromText(record.verifier),
    mayUseCertificate: record.mayUseCertificate,
  };
}

/** Gives a JSON object's fields. @throws {Error} for anything else. */
export function objectFrom(json: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error(`${what} is an object in braces`);
  return Object.fromEntries(Object.entries(json));
}

export function booleanFrom(json: unknown, field: string, otherwise: boolean): boolean {
  if (json === undefined) return otherwise;
  if (typeof json !== 'boolean') throw new Error(`${field} is true or false`);
  return json;
}

function verifierFrom(json: unknown): string | null {
  if (json === undefined || json === null) return null;
  // The value is not repeated: somebody may have written a password there.
  if (typeof json !== 'string' || verifierFromText(json) === null) {
    throw new Error('verifier is no SCRAM-SHA-256 verifier («redquery user passwd» makes one)');
  }
  return json;
}

function listFrom(json: unknown, field: string): readonly string[] | null {
  if (!Array.isArray(json)) throw new Error(`${field} is a list, such as ["${ALL}"]`);
  const words = json.map((word: unknown) => {
    if (typeof word !== 'string' || word === '') throw new Error(`${field} holds something that is no text, or empty`);
    return word;
  });
  return words.includes(ALL) ? null : words;
}

function countFrom(json: unknown, field: string): number | null {
  if (json === undefined || json === null) return null;
  if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 1) throw new Error(`${field} is a whole number from 1`);
  return json;
}

function secondsFrom(json: unknown): number | null {
  if (json === undefined || json === null) return null;
  if (typeof json !== 'number' || !(json >= 0.001 && json <= MAX_SECONDS)) {
    throw new Error(`timeoutSeconds is a number from 0.001 to ${MAX_SECONDS}`);
  }
  return json;
}

function redisFrom(json: unknown): UserRecord['redis'] {
  if (json === undefined || json === null) return null;
  const { username, password, ...rest } = objectFrom(json, 'redis');
  if (typeof username !== 'string' || username === '' || typeof password !== 'string' || Object.keys(rest).length > 0) {
    throw new Error('redis is an object with username and password');
  }
  return { username, password };
}

/**
 * The user file: JSON, readable for its owner alone. It holds verifiers, never passwords of wire users; the passwords of Redis
 * users, where it has any, stand in it as they are.
 *
 *     { "version": 1, "mockKey": "base64", "cleartextOnTls": false,
 *       "users": { "ada": { "verifier": "SCRAM-SHA-256$4096:…", "keys": ["user:*"], "servers": [], "readOnly": true } } }
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { RedQueryError } from '../../errors.ts';
import { booleanFrom, jsonFromRecord, nameProblem, objectFrom, recordFromJson, type UserRecord } from './user-record.ts';

export interface UserFile {
  /** Null: the file has none (it was written by hand). */
  readonly mockKey: Uint8Array | null;
  readonly allowsCleartext: boolean;
  readonly users: ReadonlyMap<string, UserRecord>;
}

/** A file as it was read, with what tells whether it has changed since. */
export interface ReadUserFile {
  readonly file: UserFile;
  readonly stamp: string;
  readonly warnings: readonly string[];
}

const VERSION = 1;
const MOCK_KEY_BYTES = 32;
const MAX_FILE_BYTES = 16 << 20;
/** node-postgres and pgjdbc hang up at more. */
const MAX_COMMON_ITERATIONS = 100_000;

export function emptyUserFile(): UserFile {
  return { mockKey: randomBytes(MOCK_KEY_BYTES), allowsCleartext: false, users: new Map() };
}

/**
 * Reads and checks a file.
 * @throws {RedQueryError} RQ_FILE: it is not there, cannot be read, or others may read it; RQ_OPTION: what it says is wrong.
 */
export async function readUserFile(path: string): Promise<ReadUserFile> {
  await using handle = await opened(path);
  const state = await handle.stat();
  const warnings = modeWarnings(path, state.mode);
  if (state.size > MAX_FILE_BYTES) throw new RedQueryError('RQ_FILE', `the user file ${path} is too large to be one`);
  const file = userFileFrom(await handle.readFile('utf8'), path);
  return { file, stamp: stampOf(state), warnings: [...warnings, ...contentWarnings(path, file)] };
}

/** What changes when a file is written anew, or its mode. */
export function stampOf(state: { mtimeMs: number; size: number; ino: number; mode: number }): string {
  return `${state.mtimeMs}:${state.size}:${state.ino}:${state.mode}`;
}

/** @throws {RedQueryError} RQ_OPTION naming the file, the user and what is wrong; no value of the file is repeated. */
export function userFileFrom(text: string, path: string): UserFile {
  try {
    return fileFromJson(jsonFrom(text));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new RedQueryError('RQ_OPTION', `the user file ${path}: ${words}`);
  }
}

export function userFileText({ mockKey, allowsCleartext, users }: UserFile): string {
  const json = {
    version: VERSION,
    mockKey: Buffer.from(mockKey ?? randomBytes(MOCK_KEY_BYTES)).toString('base64'),
    cleartextOnTls: allowsCleartext,
    users: Object.fromEntries([...users].map(([name, record]) => [name, jsonFromRecord(record)])),
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function jsonFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse quotes the text around the place, which may be a secret.
    throw new Error('it is no JSON');
  }
}

function fileFromJson(json: unknown): UserFile {
  const { version, mockKey, cleartextOnTls, users, ...rest } = objectFrom(json, 'the file');
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new Error(`no field "${unknown}"; valid are version, mockKey, cleartextOnTls, users`);
  if (version !== VERSION) throw new Error(`version is ${VERSION}`);
  return {
    mockKey: mockKeyFrom(mockKey),
    allowsCleartext: booleanFrom(cleartextOnTls, 'cleartextOnTls', false),
    users: new Map(Object.entries(objectFrom(users, 'users')).map(([name, record]) => [name, checkedRecord(name, record)])),
  };
}

function checkedRecord(name: string, json: unknown): UserRecord {
  const problem = nameProblem(name);
  if (problem !== null) throw new Error(`user ${JSON.stringify(name)}: ${problem}`);
  try {
    return recordFromJson(json);
  } catch (error) {
    throw new Error(`user ${JSON.stringify(name)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function mockKeyFrom(json: unknown): Uint8Array | null {
  if (json === undefined || json === null) return null;
  const key = Buffer.from(typeof json === 'string' ? json : '', 'base64');
  if (key.length < MOCK_KEY_BYTES) throw new Error(`mockKey is ${MOCK_KEY_BYTES} random bytes in base64`);
  return key;
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const words = isMissing ? 'is not there' : `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new RedQueryError('RQ_FILE', `the user file ${path} ${words}`, {
      cause,
      ...(isMissing ? { hint: `«redquery user add NAME --users ${path}» makes it` } : {}),
    });
  }
}

/** Windows has no such modes. */
function modeWarnings(path: string, mode: number): string[] {
  if (process.platform === 'win32') return [];
  if ((mode & 0o027) !== 0) {
    throw new RedQueryError('RQ_FILE', `the user file ${path} may be read or written by others (mode ${octal(mode)})`, {
      hint: `chmod 600 ${path}`,
    });
  }
  return (mode & 0o040) === 0 ? [] : [`the user file ${path} may be read by its group (mode ${octal(mode)})`];
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, '0');
}

function contentWarnings(path: string, { mockKey, users }: UserFile): string[] {
  const slow = [...users].filter(([, { verifier }]) => Number(/\$(\d+):/.exec(verifier ?? '')?.[1]) > MAX_COMMON_ITERATIONS);
  const stuck = [...users].filter(([, { verifier, mayUseCertificate }]) => verifier === null && !mayUseCertificate);
  return [
    ...(users.size === 0 ? [`the user file ${path} has no user: nobody can log in`] : []),
    ...(mockKey === null ? [`the user file ${path} has no mockKey: any «redquery user» command adds one`] : []),
    ...slow.map(([name]) => `user "${name}": some clients refuse verifiers of more than ${MAX_COMMON_ITERATIONS} iterations`),
    ...stuck.map(([name]) => `user "${name}" has neither a password nor the right to use a certificate`),
  ];
}

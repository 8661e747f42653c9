/**
 * What is kept of a password: salt, iterations, StoredKey and ServerKey (RFC 5802, section 3; SHA-256 by RFC 7677). Nobody can
 * log in with it. Its text is that of PostgreSQL's pg_authid.rolpassword, so verifiers move from one to the other.
 */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { preparedPassword } from './password.ts';

export interface ScramVerifier {
  readonly iterations: number;
  readonly salt: Uint8Array;
  /** H(ClientKey), 32 bytes. */
  readonly storedKey: Uint8Array;
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
}

/** What an outsider sees of a verifier. */
export interface VerifierShape {
  readonly iterations: number;
  readonly saltBytes: number;
}

/** PostgreSQL's own. More buys little here, and node-postgres and pgjdbc refuse more than 100,000. */
export const DEFAULT_SHAPE: VerifierShape = { iterations: 4096, saltBytes: 16 };

const KEY_BYTES = 32;
const MAX_ITERATIONS = 0x7fff_ffff;
const VERIFIER = /^SCRAM-SHA-256\$([1-9][0-9]*):([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

const derive = promisify(pbkdf2);

/** Makes the verifier of a password; the salt is random unless a test gives one. */
export async function verifierFromPassword(
  password: string | Uint8Array,
  salt: Uint8Array = randomBytes(DEFAULT_SHAPE.saltBytes),
  iterations: number = DEFAULT_SHAPE.iterations,
): Promise<ScramVerifier> {
  const salted = await derive(preparedPassword(password), salt, iterations, KEY_BYTES, 'sha256');
  return {
    iterations,
    salt,
    storedKey: sha256(hmacSha256(salted, 'Client Key')),
    serverKey: hmacSha256(salted, 'Server Key'),
  };
}

/** True where this is the verifier's password; takes as long for a wrong one. */
export async function isPasswordOf(verifier: ScramVerifier, password: string | Uint8Array): Promise<boolean> {
  const made = await verifierFromPassword(password, verifier.salt, verifier.iterations);
  return timingSafeEqual(made.storedKey, verifier.storedKey);
}

/** Gives `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`, the three in base64. */
export function verifierText({ iterations, salt, storedKey, serverKey }: ScramVerifier): string {
  return `SCRAM-SHA-256$${iterations}:${base64(salt)}$${base64(storedKey)}:${base64(serverKey)}`;
}

/** Reads that text; null where it is none. */
export function verifierFromText(text: string): ScramVerifier | null {
  const [, iterations = '', salt = '', storedKey = '', serverKey = ''] = VERIFIER.exec(text) ?? [];
  const count = Number(iterations);
  if (iterations === '' || count > MAX_ITERATIONS || salt.length % 4 !== 0) return null;
  const [saltBytes, stored, server] = [salt, storedKey, serverKey].map((part) => Buffer.from(part, 'base64'));
  if (saltBytes === undefined || stored === undefined || server === undefined || saltBytes.length === 0) return null;
  return { iterations: count, salt: saltBytes, storedKey: stored, serverKey: server };
}

/**
 * Gives the verifier of somebody who is not there: nobody's password fits, and whoever asks twice sees the same salt, so that
 * a name that exists cannot be told from one that does not (PostgreSQL's «mock authentication»).
 */
export function mockVerifier(mockKey: Uint8Array, userName: string, shape: VerifierShape): ScramVerifier {
  const part = (label: string): Buffer => hmacSha256(mockKey, `${label}:${userName}`);
  const salt = Buffer.alloc(shape.saltBytes);
  for (let at = 0; at < salt.length; at += KEY_BYTES) part(`salt${at}`).copy(salt, at);
  return { iterations: shape.iterations, salt, storedKey: part('stored'), serverKey: part('server') };
}

export function hmacSha256(key: Uint8Array, text: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

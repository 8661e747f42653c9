/** Passwords as SCRAM takes them: prepared by SASLprep where that goes, the very bytes where it does not, as PostgreSQL has it. */
import { saslprep } from '@mongodb-js/saslprep';

/**
 * Gives the bytes that a password is hashed as (RFC 5802, «Normalize»). What is no UTF-8, is prohibited, or is nothing once
 * prepared stays as it is: clients do the same (PostgreSQL, src/common/saslprep.c).
 */
export function preparedPassword(password: string | Uint8Array): Uint8Array {
  const raw = typeof password === 'string' ? Buffer.from(password, 'utf8') : password;
  const text = textOf(raw);
  if (text === null) return raw;
  try {
    const prepared = saslprep(text);
    return prepared === '' ? raw : Buffer.from(prepared, 'utf8');
  } catch {
    return raw;
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Moves the position of an error from a part of a text to the whole. */
import { PgError } from '../pg-error.ts';

export function movedBy(offset: number, error: PgError): PgError {
  const { position } = error.details;
  if (position === undefined || offset === 0) return error;
  const moved = new PgError(error.sqlState, error.message, { ...error.details, position: position + offset });
  return moved;
}

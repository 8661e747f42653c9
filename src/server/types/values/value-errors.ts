/** Errors about single values, in PostgreSQL's words and with its SQLSTATEs. */
import { PgError } from '../../pg-error.ts';

export function invalidSyntax(typeName: string, text: string): PgError {
  return new PgError('22P02', `invalid input syntax for type ${typeName}: "${text}"`);
}

/** What the input functions of dates, times and intervals say. */
export function invalidDateTime(typeName: string, text: string): PgError {
  return new PgError('22007', `invalid input syntax for type ${typeName}: "${text}"`);
}

export function fieldOutOfRange(text: string): PgError {
  return new PgError('22008', `date/time field value out of range: "${text}"`);
}

export function valueOutOfRange(typeName: string, text: string): PgError {
  return new PgError('22003', `value "${text}" is out of range for type ${typeName}`);
}

/** A conversion within the server, without a text: «integer out of range». */
export function typeOutOfRange(typeName: string): PgError {
  return new PgError('22003', `${typeName} out of range`);
}

export function badBinary(): PgError {
  return new PgError('22P03', 'incorrect binary data format');
}

/** @throws {PgError} 22P03 unless there are `count` bytes. */
export function checkLength(bytes: Uint8Array, count: number): void {
  if (bytes.length !== count) throw badBinary();
}

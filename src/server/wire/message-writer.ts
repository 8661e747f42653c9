/** Messages to a client as bytes (PostgreSQL, «Message Formats»): one method a message, collected until `take`. */
import type { PgError } from '../pg-error.ts';
import type { Format, Notice, PgColumn } from '../words.ts';
import { ByteSink } from './byte-sink.ts';
import { errorFields, noticeFields } from './error-fields.ts';

const LATEST_MAJOR = 3;

/** Collects messages. `take` gives what was written, uncopied, and the writer goes on behind it. */
export class MessageWriter {
  readonly #sink = new ByteSink();

  /** Bytes written and not yet taken. */
  get byteLength(): number {
    return this.#sink.byteLength;
  }

  /** Gives what was written since the last `take`; the bytes are the caller's. */
  take(): Uint8Array {
    return this.#sink.take();
  }

  /** Bytes of whole messages that others made (DataRow, CopyData). */
  raw(bytes: Uint8Array): void {
    this.#sink.bytes(bytes);
  }

  /** AuthenticationSASL and its kin. body: int32 code and what follows it. */
  authentication(body: Uint8Array): void {
    const start = this.#begin('R');
    this.#sink.bytes(body);
    this.#sink.endLength(start);
  }

  authenticationOk(): void {
    const start = this.#begin('R');
    this.#sink.int32(0);
    this.#sink.endLength(start);
  }

  /** @param minor the newest minor version spoken here · unknown: names of `_pq_.` options that are not known */
  negotiateProtocolVersion(minor: number, unknown: readonly string[]): void {
    const start = this.#begin('v');
    // PostgreSQL and libpq have the whole version in this field, whatever the chapter calls it.
    this.#sink.int32((LATEST_MAJOR << 16) | minor);
    this.#sink.int32(unknown.length);
    for (const name of unknown) this.#sink.text(name);
    this.#sink.endLength(start);
  }

  parameterStatus(name: string, value: string): void {
    const start = this.#begin('S');
    this.#sink.text(name);
    this.#sink.text(value);
    this.#sink.endLength(start);
  }

  /** @param secret 4 bytes in protocol 3.0, 32 in 3.2 */
  backendKeyData(processId: number, secret: Uint8Array): void {
    const start = this.#begin('K');
    this.#sink.int32(processId);
    this.#sink.bytes(secret);
    this.#sink.endLength(start);
  }

  /** @param status I: idle, T: in a transaction, E: in a failed one */
  readyForQuery(status: 'I' | 'T' | 'E'): void {
    const start = this.#begin('Z');
    this.#sink.int8(status.charCodeAt(0));
    this.#sink.endLength(start);
  }

  /** @param formats none: all text; one: for all columns; else one a column */
  rowDescription(columns: readonly PgColumn[], formats: readonly Format[]): void {
    const sink = this.#sink;
    const start = this.#begin('T');
    sink.int16(columns.length);
    for (const [index, column] of columns.entries()) {
      sink.text(column.name);
      sink.int32(column.tableOid);
      sink.int16(column.columnNumber);
      sink.int32(column.typeOid);
      sink.int16(column.typeSize);
      sink.int32(column.typeModifier);
      sink.int16(formats[formats.length === 1 ? 0 : index] ?? 0);
    }
    sink.endLength(start);
  }

  /** One row from values that are already in their format; text is sent as UTF-8. */
  dataRow(values: readonly (string | Uint8Array | null)[]): void {
    const sink = this.#sink;
    const start = this.#begin('D');
    sink.int16(values.length);
    for (const value of values) {
      if (value === null) sink.int32(-1);
      else if (typeof value === 'string') sink.sizedText(value);
      else {
        sink.int32(value.length);
        sink.bytes(value);
      }
    }
    sink.endLength(start);
  }

  parameterDescription(typeOids: readonly number[]): void {
    const start = this.#begin('t');
    this.#sink.int16(typeOids.length);
    for (const oid of typeOids) this.#sink.int32(oid);
    this.#sink.endLength(start);
  }

  noData(): void {
    this.#empty('n');
  }

  parseComplete(): void {
    this.#empty('1');
  }

  bindComplete(): void {
    this.#empty('2');
  }

  closeComplete(): void {
    this.#empty('3');
  }

  portalSuspended(): void {
    this.#empty('s');
  }

  emptyQueryResponse(): void {
    this.#empty('I');
  }

  /** @param tag such as `SELECT 5` */
  commandComplete(tag: string): void {
    const start = this.#begin('C');
    this.#sink.text(tag);
    this.#sink.endLength(start);
  }

  copyOutResponse(format: Format, columnCount: number): void {
    const start = this.#begin('H');
    this.#sink.int8(format);
    this.#sink.int16(columnCount);
    for (let index = 0; index < columnCount; index += 1) this.#sink.int16(format);
    this.#sink.endLength(start);
  }

  copyDone(): void {
    this.#empty('c');
  }

  /** @param statementText what `error.details.position` counts in; without it no position is sent */
  error(error: PgError, statementText?: string): void {
    this.#fields('E', errorFields(error, statementText));
  }

  notice(notice: Notice): void {
    this.#fields('N', noticeFields(notice));
  }

  #fields(type: string, fields: readonly (readonly [string, string])[]): void {
    const start = this.#begin(type);
    for (const [code, value] of fields) {
      this.#sink.int8(code.charCodeAt(0));
      this.#sink.text(value);
    }
    this.#sink.int8(0);
    this.#sink.endLength(start);
  }

  #begin(type: string): number {
    this.#sink.int8(type.charCodeAt(0));
    return this.#sink.beginLength();
  }

  #empty(type: string): void {
    this.#sink.int8(type.charCodeAt(0));
    this.#sink.int32(4);
  }
}

/**
 * What a PostgreSQL type must be able to do with one value of it: read text and binary, print text and binary, print for
 * the engine. Columns have faster ways (column-writers.ts); this is the way of parameters and of conversions.
 */
import type { ByteSink } from '../byte-sink.ts';
import type { TextStyle } from '../text-style.ts';

/** One type; T is its value in JS, exact. `modifier` is the type modifier, -1 for none. */
export interface PgCodec<T> {
  /** @throws {PgError} 22P02, 22003, 22007, 22008 in the words of PostgreSQL's input function. */
  parse(text: string, style: TextStyle): T;
  print(value: T, style: TextStyle): string;
  /** @throws {PgError} 22P03 where the bytes are none of the type. */
  read(bytes: Uint8Array): T;
  /** Writes the body without its length. */
  write(value: T, sink: ByteSink): void;
  /** The text that the engine casts to `engineTypeName`. */
  engineText(value: T): string;
  /** Cuts or rounds a value to the type modifier as an explicit cast does. Missing: the type has no modifier. */
  readonly fit?: (value: T, modifier: number) => T;
  /** The engine reads a list of them as JSON: elements stand there bare. */
  readonly isJson?: true;
  /** The engine's type that holds all of these values, where it depends on them. */
  readonly engineName?: (values: readonly T[]) => string;
}

/** A codec whose value type is sealed in, so that codecs of all types fit one table. */
export interface SealedCodec {
  /** text → the type's own text in this style. */
  normal(text: string, style: TextStyle, modifier: number): string;
  /** text → binary. */
  writeFromText(text: string, sink: ByteSink, style: TextStyle, modifier: number): void;
  textFromBinary(bytes: Uint8Array, style: TextStyle): string;
  engineFromText(text: string, style: TextStyle): EngineValue;
  engineFromBinary(bytes: Uint8Array): EngineValue;
}

/** Text for the engine; `typeName` null: that of the oid. */
export interface EngineValue {
  readonly text: string;
  readonly typeName: string | null;
}

export function sealed<T>(codec: PgCodec<T>): SealedCodec {
  const parsed = (text: string, style: TextStyle, modifier: number): T => {
    const value = codec.parse(text, style);
    return modifier < 0 || codec.fit === undefined ? value : codec.fit(value, modifier);
  };
  const forEngine = (value: T): EngineValue => ({
    text: codec.engineText(value),
    typeName: codec.engineName?.([value]) ?? null,
  });
  return {
    normal: (text, style, modifier) => codec.print(parsed(text, style, modifier), style),
    writeFromText: (text, sink, style, modifier) => codec.write(parsed(text, style, modifier), sink),
    textFromBinary: (bytes, style) => codec.print(codec.read(bytes), style),
    engineFromText: (text, style) => forEngine(codec.parse(text, style)),
    engineFromBinary: (bytes) => forEngine(codec.read(bytes)),
  };
}

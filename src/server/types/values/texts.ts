/** Types whose value is text or bytes: text and its kin, bytea, uuid, bit, json, jsonb. */
import { PgError } from '../../pg-error.ts';
import { hexText } from './bytea-text.ts';
import type { PgCodec } from './codec.ts';
import { jsonbText } from './jsonb-text.ts';
import { viewOf } from './numbers.ts';
import { badBinary, checkLength, invalidSyntax } from './value-errors.ts';

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads UTF-8 as PostgreSQL takes it: no NUL.
 * @throws {PgError} 22021 naming the bytes that are wrong.
 */
export function textFromUtf8(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw badEncoding(Uint8Array.of(0));
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    throw badEncoding(firstBadSequence(bytes));
  }
}

function badEncoding(bytes: Uint8Array): PgError {
  const shown = Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ');
  return new PgError('22021', `invalid byte sequence for encoding "UTF8": ${shown}`);
}

/** Gives the character, as long as its first byte says, at which decoding stops. */
function firstBadSequence(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const byteCount =
      lead < 0x80 ? 1 : lead >= 0xf0 && lead < 0xf8 ? 4 : lead >= 0xe0 ? (lead < 0xf0 ? 3 : 1) : lead >= 0xc0 ? 2 : 1;
    const sequence = bytes.subarray(at, at + byteCount);
    try {
      STRICT_UTF8.decode(sequence);
    } catch {
      return sequence;
    }
    at += byteCount;
  }
  return bytes.subarray(0, 1);
}

const utf8 = {
  read: textFromUtf8,
  write: (value: string, sink: { utf8(text: string): void }) => sink.utf8(value),
  engineText: (value: string) => value,
  print: (value: string) => value,
} as const;

/** First `count` characters (code points). */
function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : Array.from(text).slice(0, count).join('');
}

/** text, and varchar(n), which a cast cuts. */
export const textCodec: PgCodec<string> = {
  ...utf8,
  parse: (text) => text,
  fit: (value, modifier) => firstCharacters(value, modifier - 4),
};

/** char(n): padded with blanks. */
export const bpcharCodec: PgCodec<string> = {
  ...utf8,
  parse: (text) => text,
  fit(value, modifier) {
    const cut = firstCharacters(value, modifier - 4);
    const missing = modifier - 4 - Array.from(cut).length;
    return missing > 0 ? cut + ' '.repeat(missing) : cut;
  },
};

const NAME_BYTES = 63;

/** name: cut to 63 bytes, at a character. */
export const nameCodec: PgCodec<string> = {
  ...utf8,
  parse(text) {
    let end = Math.min(text.length, NAME_BYTES);
    while (Buffer.byteLength(text.slice(0, end)) > NAME_BYTES) end--;
    return text.slice(0, end);
  },
};

/** "char": one byte. */
export const charCodec: PgCodec<string> = {
  ...utf8,
  parse: (text) => text.slice(0, 1),
  read(bytes) {
    if (bytes.length !== 1) throw badBinary();
    return bytes[0] === 0 ? '' : String.fromCharCode(bytes[0] ?? 0);
  },
  write: (value, sink) => sink.byte(value === '' ? 0 : value.charCodeAt(0)),
};

/** json: the text as it is, once it is checked. */
export const jsonCodec: PgCodec<string> = {
  ...utf8,
  isJson: true,
  parse(text) {
    checkJson(text);
    return text;
  },
  read(bytes) {
    const text = textFromUtf8(bytes);
    checkJson(text);
    return text;
  },
};

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new PgError('22P02', 'invalid input syntax for type json', {
      ...(cause instanceof Error ? { detail: cause.message } : {}),
      cause,
    });
  }
}

const JSONB_VERSION = 1;

/** jsonb: in PostgreSQL's own order and spacing; its binary form is a version byte, then the text. */
export const jsonbCodec: PgCodec<string> = {
  ...utf8,
  isJson: true,
  parse(text) {
    checkJson(text);
    return jsonbText(text);
  },
  read(bytes) {
    if (bytes[0] !== JSONB_VERSION) throw new PgError('XX000', `unsupported jsonb version number ${bytes[0] ?? 0}`);
    const text = textFromUtf8(bytes.subarray(1));
    checkJson(text);
    return jsonbText(text);
  },
  write(value, sink) {
    sink.byte(JSONB_VERSION);
    sink.utf8(value);
  },
};

/** bytea: hex (`\x00ff`) or escape (`\000a\\`) text. */
export const byteaCodec: PgCodec<Uint8Array> = {
  parse: (text) => (text.startsWith('\\x') ? bytesFromHex(text.slice(2)) : bytesFromEscapes(text)),
  print: (value, style) => hexText(value, style.byteaOutput),
  engineText: (value) => Buffer.from(value).toString('hex').replace(/../g, '\\x$&'),
  read: (bytes) => bytes,
  write: (value, sink) => sink.copy(value, 0, value.length),
};

function bytesFromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, '');
  const wrong = /[^0-9a-f]/iu.exec(digits);
  if (wrong !== null) throw new PgError('22023', `invalid hexadecimal digit: "${wrong[0]}"`);
  if (digits.length % 2 === 1) throw new PgError('22023', 'invalid hexadecimal data: odd number of digits');
  return Buffer.from(digits, 'hex');
}

function bytesFromEscapes(text: string): Uint8Array {
  if (!text.includes('\\')) return Buffer.from(text);
  const source = Buffer.from(text);
  const bytes: number[] = [];
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== 0x5c) {
      bytes.push(source[at] ?? 0);
    } else if (source[at + 1] === 0x5c) {
      bytes.push(0x5c);
      at++;
    } else {
      const octal = source.toString('latin1', at + 1, at + 4);
      if (!/^[0-3][0-7]{2}$/.test(octal)) throw new PgError('22P02', 'invalid input syntax for type bytea');
      bytes.push(Number.parseInt(octal, 8));
      at += 3;
    }
  }
  return Uint8Array.from(bytes);
}

/** Braces around all of it, and a hyphen after any group of four digits, are allowed. */
const UUID = /^(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/i;

/** uuid: 16 bytes; in JS the text with hyphens. */
export const uuidCodec: PgCodec<string> = {
  parse(text) {
    const bare = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
    if (!UUID.test(bare)) throw invalidSyntax('uuid', text);
    return hyphenated(bare.replaceAll('-', '').toLowerCase());
  },
  print: (value) => value,
  engineText: (value) => value,
  read(bytes) {
    checkLength(bytes, 16);
    return hyphenated(Buffer.from(bytes).toString('hex'));
  },
  write: (value, sink) => sink.copy(Buffer.from(value.replaceAll('-', ''), 'hex'), 0, 16),
};

export function hyphenated(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** bit, bit varying: int32 count of bits, then the bits, first one highest; in JS '0101'. */
export function bitCodec(isFixed: boolean): PgCodec<string> {
  return {
    parse(text) {
      if (/^x/i.test(text)) return bitsFromHex(text.slice(1));
      const bits = /^b/i.test(text) ? text.slice(1) : text;
      const wrong = /[^01]/u.exec(bits);
      if (wrong !== null) throw new PgError('22P02', `"${wrong[0]}" is not a valid binary digit`);
      return bits;
    },
    print: (value) => value,
    engineText: (value) => value,
    read: readBits,
    write(value, sink) {
      sink.int32(value.length);
      for (let at = 0; at < value.length; at += 8) sink.byte(Number.parseInt(value.slice(at, at + 8).padEnd(8, '0'), 2));
    },
    fit: (value, modifier) => (isFixed ? value.slice(0, modifier).padEnd(modifier, '0') : value.slice(0, modifier)),
  };
}

function bitsFromHex(digits: string): string {
  const wrong = /[^0-9a-f]/iu.exec(digits);
  if (wrong !== null) throw new PgError('22P02', `"${wrong[0]}" is not a valid hexadecimal digit`);
  return Array.from(digits, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
}

function readBits(bytes: Uint8Array): string {
  if (bytes.length < 4) throw badBinary();
  const count = viewOf(bytes).getInt32(0);
  if (count < 0 || bytes.length !== 4 + Math.ceil(count / 8)) throw badBinary();
  let bits = '';
  for (let at = 4; at < bytes.length; at++) bits += (bytes[at] ?? 0).toString(2).padStart(8, '0');
  return bits.slice(0, count);
}

/** Settings whose values have a grammar of their own: DateStyle, TimeZone, client_encoding, application_name. */
import { PgError } from '../../pg-error.ts';
import { invalidValue } from './setting-kinds.ts';

const STYLES: ReadonlyMap<string, string> = new Map([
  ['iso', 'ISO'],
  ['sql', 'SQL'],
  ['postgres', 'Postgres'],
  ['german', 'German'],
]);
const ORDERS: ReadonlyMap<string, string> = new Map([
  ['ymd', 'YMD'],
  ['dmy', 'DMY'],
  ['euro', 'DMY'],
  ['european', 'DMY'],
  ['mdy', 'MDY'],
  ['us', 'MDY'],
  ['noneuro', 'MDY'],
  ['noneuropean', 'MDY'],
]);

/**
 * Reads DateStyle; what the text leaves out stays as it is.
 * @param current in SHOW's form
 */
export function readDateStyle(text: string, current: string): string {
  const [currentStyle = 'ISO', currentOrder = 'MDY'] = current.split(', ');
  let style: string | null = null;
  let order: string | null = null;
  for (const written of text.split(',').map((word) => word.trim().replace(/^"(.*)"$/, '$1'))) {
    const word = written.toLowerCase();
    if (word === 'default') continue;
    const named = [...STYLES.keys()].find((key) => word.startsWith(key.slice(0, key === 'postgres' ? 8 : 6)) && word === key);
    const foundStyle = named === undefined ? undefined : STYLES.get(named);
    const foundOrder = ORDERS.get(word) ?? (word.startsWith('euro') ? 'DMY' : word.startsWith('noneuro') ? 'MDY' : undefined);
    if (foundStyle === undefined && foundOrder === undefined) {
      throw invalidValue('DateStyle', text, { detail: `Unrecognized key word: "${written}".` });
    }
    if (foundStyle !== undefined) style = agreed(style, foundStyle, text);
    if (foundOrder !== undefined) order = agreed(order, foundOrder, text);
  }
  // German dates have the day first unless the text says otherwise.
  return `${style ?? currentStyle}, ${order ?? (style === 'German' ? 'DMY' : currentOrder)}`;
}

function agreed(before: string | null, found: string, text: string): string {
  if (before !== null && before !== found) {
    throw invalidValue('DateStyle', text, { detail: 'Conflicting "datestyle" specifications.' });
  }
  return found;
}

let zoneNames: ReadonlyMap<string, string> | null = null;

/** Reads a zone: a name of the IANA list, hours east of UTC, or a POSIX zone (`<-05>+05`, `UTC+3`). */
export function readTimeZone(text: string): string {
  const zone = text.trim();
  const interval = /^interval\s+'([^']*)'$/i.exec(zone)?.[1];
  const hours = Number(interval === undefined ? zone : NaN);
  if (zone !== '' && Number.isFinite(hours) && Math.abs(hours) < 168) return posixZone(Math.round(hours * 60));
  const offset = /^([+-]?)(\d{1,2})(?::(\d\d))?$/.exec(interval ?? zone);
  if (offset !== null) {
    const minutes = (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0));
    // A bare +05:30 is a POSIX offset, which counts to the west.
    return posixZone(interval === undefined ? -minutes : minutes);
  }
  if (/^(?:<[A-Za-z0-9+-]+>|[A-Za-z]{3,})[+-]?\d{1,2}(?::\d\d)?$/.test(zone)) return zone;
  const known = namedZone(zone);
  if (known === null) throw invalidValue('TimeZone', text);
  return known;
}

function posixZone(eastMinutes: number): string {
  const size = Math.abs(eastMinutes);
  const clock =
    String(Math.floor(size / 60)).padStart(2, '0') + (size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`);
  return eastMinutes < 0 ? `<-${clock}>+${clock}` : `<+${clock}>-${clock}`;
}

function namedZone(zone: string): string | null {
  // Digits and signs at the start are offsets to Intl, and no names to PostgreSQL.
  if (!/^[A-Za-z]/.test(zone) || zone.toLowerCase() === 'z') return null;
  try {
    Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    return null;
  }
  zoneNames ??= new Map(['UTC', 'GMT', ...Intl.supportedValuesOf('timeZone')].map((name) => [name.toLowerCase(), name]));
  return zoneNames.get(zone.toLowerCase()) ?? zone;
}

const UTF8_NAMES = ['utf8', 'unicode', 'default'];

/** Only UTF-8 is spoken; SQL_ASCII asks for no conversion, which is the same. */
export function readClientEncoding(text: string): string {
  const word = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (UTF8_NAMES.includes(word)) return 'UTF8';
  if (word === 'sqlascii') return 'SQL_ASCII';
  if (!/^(latin\d+|win\d+|windows\d+|iso\d+|koi8[ru]?|euc..|euc....\d*|sjis|big5|gbk|gb18030|johab|uhc|mule.*)$/.test(word)) {
    throw invalidValue('client_encoding', text);
  }
  throw new PgError('0A000', `conversion between ${text} and UTF8 is not supported`, { hint: 'Set client_encoding to UTF8.' });
}

/** Shows bytes that are no printable ASCII as \xHH, as PostgreSQL 16 and later do. */
export function asciiName(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`))
    .join('');
}

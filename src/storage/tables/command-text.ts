/**
 * Commands as texts that redis-cli takes as they are: what a key or a value holds can end neither its argument nor the line.
 * `…` outside quotes stands for what is not known before the scan, or not shown.
 */
import type { AccessPath, SearchAccess } from '../scan-words.ts';
import { searchKeysCommand } from '../search/key-search.ts';

/** Stands for a key. */
export const ANY_KEY = '…';
/** Keys whose commands are written out. */
const MOST_KEYS = 10;
/** Arguments of one command that are written out. */
const MOST_ARGUMENTS = 100;
/** Bytes of one argument that are written out: a vector of 1,000 numbers. */
const MOST_BYTES = 4096;

/** What redis-cli reads as it stands: printable ASCII without quotes and backslashes, letters and digits beyond it. */
const PLAIN = /^(?:[\x21\x23-\x26\x28-\x5b\x5d-\x7e]|[^\0-\x7f…\p{C}\p{Z}])+$/u;
/** What a terminal may act upon or not show, beside quotes and backslashes. */
const UNSAFE = /["\\…]|[^\x20-\x7e](?<=[\p{C}\p{Z}])/gu;

/** An argument: as it is where that is safe, else in double quotes with redis-cli's escapes; bytes that are no UTF-8 as `\xHH`. */
export function argumentText(argument: Uint8Array | string): string {
  const bytes = Buffer.from(argument);
  if (bytes.length > MOST_BYTES) return `${argumentText(bytes.subarray(0, MOST_BYTES))}…`;
  const text = bytes.toString('utf8');
  if (PLAIN.test(text) && bytes.equals(Buffer.from(text, 'utf8'))) return text;
  return `"${quotedParts(bytes)}"`;
}

function quotedParts(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (bytes.equals(Buffer.from(text, 'utf8'))) return text.replace(UNSAFE, escapeOf);
  // Some byte is no UTF-8: ASCII is told from the rest.
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte).replace(UNSAFE, escapeOf) : hexOf(byte))).join('');
}

const NAMED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  // In quotes it stands for nothing but itself.
  if (character === '…') return character;
  return NAMED[character] ?? [...Buffer.from(character, 'utf8')].map(hexOf).join('');
}

function hexOf(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Arguments one after the other; those beyond the first hundred are counted. */
export function argumentTexts(items: readonly (Uint8Array | string)[]): string {
  const shown = items.slice(0, MOST_ARGUMENTS).map(argumentText).join(' ');
  return items.length > MOST_ARGUMENTS ? `${shown} … ${grouped(items.length - MOST_ARGUMENTS)} more` : shown;
}

/** `1234567` as `1,234,567`. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The commands that read each key: of the first ten where keys are named, else with `…` for the key. */
export function commandsOfKeys(access: AccessPath, commandsOf: (key: string) => readonly string[]): string[] {
  if (access.kind !== 'keys') return [...commandsOf(ANY_KEY)];
  const shown = access.keys.slice(0, MOST_KEYS).flatMap((key) => commandsOf(argumentText(key)));
  const rest = access.keys.length - MOST_KEYS;
  return rest > 0 && shown.length > 0 ? [...shown, moreKeysText(rest)] : shown;
}

/** A command that takes many keys at once. */
export function commandOfAllKeys(access: AccessPath, name: string): string {
  return `${name} ${access.kind === 'keys' ? argumentTexts(access.keys) : ANY_KEY}`;
}

/** Says that commands were left out; nothing that Redis would take for a command. */
export function moreKeysText(count: number): string {
  return `… and so on for ${grouped(count)} more ${count === 1 ? 'key' : 'keys'}`;
}

/** Words before the key. */
const BEFORE_KEY = /^((?:MEMORY USAGE|OBJECT [A-Z]+|[A-Z.]+)) …(?= |$)/;
/** Those name no key, whatever of them is not known. */
const WITHOUT_KEY = /^(?:SCAN|FT\.\w+|TS\.QUERYINDEX) /;

/** The commands with a key in the place of `…`, and how many more were read so; as they are where no key is left open. */
export function withExampleKey(commands: readonly string[], key: Uint8Array, keyCount: number): string[] {
  const given = commands.map((command) =>
    // Not as a pattern of replace: a key may hold `$1`.
    WITHOUT_KEY.test(command) ? command : command.replace(BEFORE_KEY, (_, name: string) => `${name} ${argumentText(key)}`),
  );
  const isOpen = given.some((command, i) => command !== commands[i]);
  return isOpen && keyCount > 1 ? [...given, moreKeysText(keyCount - 1)] : given;
}

/** The literal SCAN; none where keys come otherwise. `type`: what TYPE leaves, null for keys of any type. */
export function scanCommands(access: AccessPath, type: string | null): string[] {
  if (access.kind !== 'scan') return [];
  return [`SCAN 0 MATCH ${argumentText(access.pattern)} COUNT 1000${type === null ? '' : ` TYPE ${type}`}`];
}

/** The command by which an index gives keys: the first one, where more follow. */
export function searchCommands(access: SearchAccess): string[] {
  return [commandText(searchKeysCommand(access))];
}

/** A command out of its words. */
export function commandText(words: readonly (string | Uint8Array | number)[]): string {
  return words.map((word) => argumentText(typeof word === 'number' ? String(word) : word)).join(' ');
}

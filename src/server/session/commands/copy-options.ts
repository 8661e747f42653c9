/** Reads COPY's options in every spelling and checks them as PostgreSQL's ProcessCopyOptions does. */
import type { DefElem, Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { CopyOptions } from '../../words.ts';
import { valueText } from './set-values.ts';

type Mutable = { -readonly [Key in keyof CopyOptions]: CopyOptions[Key] };

/** @throws {PgError} 42601, 22023, 0A000 with the position of the option */
export function copyOptionsOf(nodes: readonly Node[] | undefined): CopyOptions {
  const options: Mutable = {
    format: 'text',
    hasHeader: false,
    delimiter: null,
    nullText: null,
    quote: null,
    escape: null,
    forceQuote: [],
  };
  const seen = new Set<string>();
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue;
    const { defname = '' } = node.DefElem;
    if (seen.has(defname)) throw at(node.DefElem, '42601', 'conflicting or redundant options');
    seen.add(defname);
    readOption(options, defname, node.DefElem);
  }
  checkOptions(options);
  return options;
}

function readOption(options: Mutable, name: string, element: DefElem): void {
  switch (name) {
    case 'format':
      options.format = formatOf(element);
      break;
    case 'header':
      options.hasHeader = headerOf(element);
      break;
    case 'delimiter':
      options.delimiter = textOf(element);
      break;
    case 'null':
      options.nullText = textOf(element);
      break;
    case 'quote':
      options.quote = textOf(element);
      break;
    case 'escape':
      options.escape = textOf(element);
      break;
    case 'force_quote':
      options.forceQuote = columnsOf(element);
      break;
    case 'force_not_null':
    case 'force_null':
      throw new PgError('22023', `COPY ${name.toUpperCase()} cannot be used with COPY TO`);
    case 'freeze':
      if (headerOf(element)) throw new PgError('22023', 'COPY FREEZE cannot be used with COPY TO');
      break;
    case 'on_error':
      throw at(element, '22023', 'COPY ON_ERROR cannot be used with COPY TO');
    case 'default':
      throw new PgError('0A000', 'COPY DEFAULT cannot be used with COPY TO');
    case 'log_verbosity':
      break;
    case 'encoding':
      if (!/^(utf-?8|unicode|sql_ascii)$/i.test(textOf(element))) {
        throw at(element, '22023', 'argument to option "encoding" must be a valid encoding name');
      }
      break;
    default:
      throw at(element, '42601', `option "${name}" not recognized`);
  }
}

function formatOf(element: DefElem): CopyOptions['format'] {
  const format = textOf(element);
  if (format === 'text' || format === 'csv' || format === 'binary') return format;
  throw at(element, '22023', `COPY format "${format}" not recognized`);
}

function headerOf(element: DefElem): boolean {
  if (element.arg === undefined) return true;
  const word = wordOf(element.arg)?.toLowerCase() ?? '';
  if (['true', 'on', '1'].includes(word)) return true;
  if (['false', 'off', '0'].includes(word)) return false;
  if (word === 'match') throw new PgError('0A000', 'cannot use "match" with HEADER in COPY TO');
  throw new PgError('42601', `${element.defname ?? ''} requires a Boolean value or "match"`);
}

function textOf(element: DefElem): string {
  const text = element.arg === undefined ? null : wordOf(element.arg);
  if (text === null) throw at(element, '42601', `${element.defname ?? ''} requires a parameter`);
  return text;
}

/** A value as the grammar gives it: a string, a number, a word, a truth value. */
function wordOf(node: Node): string | null {
  if ('String' in node) return node.String.sval ?? '';
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false);
  if ('Integer' in node) return String(node.Integer.ival ?? 0);
  if ('Float' in node) return node.Float.fval ?? '';
  if ('TypeName' in node) return (node.TypeName.names ?? []).map((name) => wordOf(name)).join('.');
  return valueText(node);
}

function columnsOf(element: DefElem): readonly string[] | '*' {
  const { arg } = element;
  if (arg !== undefined && 'A_Star' in arg) return '*';
  if (arg !== undefined && 'List' in arg) return (arg.List.items ?? []).map((item) => wordOf(item) ?? '');
  throw at(element, '22023', 'argument to option "force_quote" must be a list of column names');
}

function checkOptions({ format, delimiter, nullText, quote, escape, forceQuote, hasHeader }: CopyOptions): void {
  const isCsv = format === 'csv';
  if (format === 'binary') {
    if (delimiter !== null) throw new PgError('42601', 'cannot specify DELIMITER in BINARY mode');
    if (nullText !== null) throw new PgError('42601', 'cannot specify NULL in BINARY mode');
    if (hasHeader) throw new PgError('0A000', 'cannot specify HEADER in BINARY mode');
  }
  if (!isCsv && quote !== null) throw new PgError('0A000', 'COPY QUOTE requires CSV mode');
  if (!isCsv && escape !== null) throw new PgError('0A000', 'COPY ESCAPE requires CSV mode');
  if (!isCsv && forceQuote.length > 0) throw new PgError('0A000', 'COPY FORCE_QUOTE requires CSV mode');
  if (format === 'binary') return;
  checkCharacters(delimiter ?? (isCsv ? ',' : '\t'), nullText ?? (isCsv ? '' : '\\N'), isCsv, quote ?? '"', escape ?? '"');
}

function checkCharacters(delimiter: string, nullText: string, isCsv: boolean, quote: string, escape: string): void {
  checkByte('delimiter', delimiter);
  if (/[\r\n]/.test(delimiter)) throw new PgError('22023', 'COPY delimiter cannot be newline or carriage return');
  if (/[\r\n]/.test(nullText)) throw new PgError('22023', 'COPY null representation cannot use newline or carriage return');
  // Letters and digits of what text mode has behind a backslash.
  if (!isCsv && '\\.abcdefghijklmnopqrstuvwxyz0123456789'.includes(delimiter)) {
    throw new PgError('22023', `COPY delimiter cannot be "${delimiter}"`);
  }
  if (isCsv) {
    checkByte('quote', quote);
    if (delimiter === quote) throw new PgError('22023', 'COPY delimiter and quote must be different');
    checkByte('escape', escape);
  }
  if (nullText.includes(delimiter))
    throw new PgError('22023', 'COPY delimiter character must not appear in the NULL specification');
  if (isCsv && nullText.includes(quote))
    throw new PgError('22023', 'CSV quote character must not appear in the NULL specification');
}

function checkByte(what: string, text: string): void {
  if (Buffer.byteLength(text) !== 1) throw new PgError('0A000', `COPY ${what} must be a single one-byte character`);
}

function at({ location }: DefElem, sqlState: string, message: string): PgError {
  return new PgError(sqlState, message, location === undefined || location < 0 ? {} : { position: location });
}

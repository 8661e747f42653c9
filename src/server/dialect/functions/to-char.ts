/** to_char with a constant pattern (PostgreSQL's table 9.26 and 9.28): a call of strftime where that is enough, else pieces with `||`. */
import type { Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { Rewrite } from '../rewrite/state.ts';
import { call, template, text } from '../rewrite/template.ts';
import { numberToChar } from './number-pattern.ts';

/** A piece of a pattern: text as it stands, or one of the codes. */
export interface PatternPiece {
  readonly code: string | null;
  readonly literal: string;
  /** FM in front. */
  readonly isFilled: boolean;
  /** TH or th behind. */
  readonly ordinal: 'TH' | 'th' | null;
}

const CODES = (
  'Y,YYY IYYY IYY YYYY YYY YY Y IY I BC B.C. AD A.D. MONTH Month month MON Mon mon MM DAY Day day DY Dy dy DDD IDDD DD ID D IW WW W ' +
  'HH24 HH12 HH MI SSSSS SSSS SS MS US FF1 FF2 FF3 FF4 FF5 FF6 AM A.M. PM P.M. CC J Q RM TZH TZM TZ OF'
)
  .split(' ')
  .sort((a, b) => b.length - a.length);
/** Codes in which the case says how the word is written; in all others it says nothing. */
const CASED = new Set('MONTH Month month MON Mon mon DAY Day day DY Dy dy'.split(' '));

/** Cuts a pattern for dates into pieces. */
export function datePieces(pattern: string): PatternPiece[] {
  const pieces: PatternPiece[] = [];
  let at = 0;
  let isFilled = false;
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const quoted = /^"((?:[^"\\]|\\[\s\S])*)"?/.exec(rest);
    if (quoted !== null) {
      pieces.push({ code: null, literal: (quoted[1] ?? '').replace(/\\([\s\S])/g, '$1'), isFilled: false, ordinal: null });
      at += quoted[0].length;
      continue;
    }
    if (/^(FM|FX|TM)/i.test(rest)) {
      isFilled ||= /^FM/i.test(rest);
      at += 2;
      continue;
    }
    const code = CODES.find((one) => (CASED.has(one) ? rest.startsWith(one) : rest.toUpperCase().startsWith(one)));
    if (code === undefined) {
      pieces.push({ code: null, literal: rest.charAt(0), isFilled: false, ordinal: null });
      at++;
      continue;
    }
    const written = rest.slice(0, code.length);
    const suffix = /^(?:TH|th)/.exec(rest.slice(code.length))?.[0];
    const ordinal = suffix === 'TH' || suffix === 'th' ? suffix : null;
    // The case of AM and BC is kept in `literal`.
    pieces.push({ code, literal: written, isFilled, ordinal });
    isFilled = false;
    at += code.length + (ordinal === null ? 0 : 2);
  }
  return pieces;
}

/** strftime's letter of a code, padded and (FM) not. */
const STRFTIME: Readonly<Record<string, readonly [string, string]>> = {
  YYYY: ['%Y', '%Y'],
  YY: ['%y', '%-y'],
  MM: ['%m', '%-m'],
  DD: ['%d', '%-d'],
  DDD: ['%j', '%-j'],
  HH24: ['%H', '%-H'],
  HH12: ['%I', '%-I'],
  HH: ['%I', '%-I'],
  MI: ['%M', '%-M'],
  SS: ['%S', '%-S'],
  MS: ['%g', '%g'],
  US: ['%f', '%f'],
  FF6: ['%f', '%f'],
  FF3: ['%g', '%g'],
  Mon: ['%b', '%b'],
  Dy: ['%a', '%a'],
  IYYY: ['%G', '%G'],
  IW: ['%V', '%V'],
};

/** Expressions of the others, padded and (FM) not. */
const EXPRESSIONS: Readonly<Record<string, readonly [string, string]>> = {
  YYY: ["right(strftime($1, '%Y'), 3)", "ltrim(right(strftime($1, '%Y'), 3), '0')"],
  Y: ["right(strftime($1, '%Y'), 1)", "right(strftime($1, '%Y'), 1)"],
  'Y,YYY': ["format('{:,}', year($1))", "format('{:,}', year($1))"],
  IY: ["right(strftime($1, '%G'), 2)", "right(strftime($1, '%G'), 2)"],
  I: ["right(strftime($1, '%G'), 1)", "right(strftime($1, '%G'), 1)"],
  MONTH: ["rpad(upper(monthname($1)), 9, ' ')", 'upper(monthname($1))'],
  Month: ["rpad(monthname($1), 9, ' ')", 'monthname($1)'],
  month: ["rpad(lower(monthname($1)), 9, ' ')", 'lower(monthname($1))'],
  MON: ["upper(strftime($1, '%b'))", "upper(strftime($1, '%b'))"],
  mon: ["lower(strftime($1, '%b'))", "lower(strftime($1, '%b'))"],
  DAY: ["rpad(upper(dayname($1)), 9, ' ')", 'upper(dayname($1))'],
  Day: ["rpad(dayname($1), 9, ' ')", 'dayname($1)'],
  day: ["rpad(lower(dayname($1)), 9, ' ')", 'lower(dayname($1))'],
  DY: ["upper(strftime($1, '%a'))", "upper(strftime($1, '%a'))"],
  dy: ["lower(strftime($1, '%a'))", "lower(strftime($1, '%a'))"],
  D: ['(dayofweek($1) + 1)::varchar', '(dayofweek($1) + 1)::varchar'],
  ID: ['isodow($1)::varchar', 'isodow($1)::varchar'],
  IDDD: ["lpad(((weekofyear($1) - 1) * 7 + isodow($1))::varchar, 3, '0')", '((weekofyear($1) - 1) * 7 + isodow($1))::varchar'],
  WW: ["lpad(((dayofyear($1) + 6) / 7)::int4::varchar, 2, '0')", '((dayofyear($1) + 6) / 7)::int4::varchar'],
  W: ['((day($1) + 6) / 7)::int4::varchar', '((day($1) + 6) / 7)::int4::varchar'],
  Q: ['quarter($1)::varchar', 'quarter($1)::varchar'],
  CC: ["lpad(century($1)::varchar, 2, '0')", 'century($1)::varchar'],
  J: [
    "(date_diff('day', DATE '1970-01-01', $1::date) + 2440588)::varchar",
    "(date_diff('day', DATE '1970-01-01', $1::date) + 2440588)::varchar",
  ],
  SSSS: [
    '(hour($1) * 3600 + minute($1) * 60 + second($1))::varchar',
    '(hour($1) * 3600 + minute($1) * 60 + second($1))::varchar',
  ],
  FF1: ["left(strftime($1, '%f'), 1)", "left(strftime($1, '%f'), 1)"],
  FF2: ["left(strftime($1, '%f'), 2)", "left(strftime($1, '%f'), 2)"],
  FF4: ["left(strftime($1, '%f'), 4)", "left(strftime($1, '%f'), 4)"],
  FF5: ["left(strftime($1, '%f'), 5)", "left(strftime($1, '%f'), 5)"],
  RM: [ROMAN_MONTHS("rpad($1, 4, ' ')"), ROMAN_MONTHS('$1')],
  OF: ['_pg_zone', '_pg_zone'],
};

function ROMAN_MONTHS(shape: string): string {
  const month = "split_part('I II III IV V VI VII VIII IX X XI XII', ' ', month($1)::int4)";
  return shape.replace('$1', month);
}

/** Whether a pattern is one for numbers: it has digits' places and nothing of a date. */
function isNumberPattern(pattern: string): boolean {
  const bare = pattern.replace(/"[^"]*"/g, '');
  if (/^(FM)?RN$/i.test(bare)) return true;
  return /[90]/.test(bare) && !/YY|HH|MM|DD|SS|Mon|Day|Dy|IW|Q/i.test(bare);
}

/** `to_char(value, pattern)`. @throws {PgError} 0A000 for a pattern that is not constant, or has codes that are not there. */
export function toChar(value: Node, pattern: string | null, rewrite: Rewrite): Node {
  if (pattern === null) throw new PgError('0A000', 'to_char() needs a constant pattern');
  return isNumberPattern(pattern) ? numberToChar(value, pattern, rewrite) : dateToChar(value, pattern, rewrite);
}

function dateToChar(value: Node, pattern: string, rewrite: Rewrite): Node {
  const parts: Node[] = [];
  let format = '';
  const flush = (): void => {
    if (format === '') return;
    const isLiteral = !/%[^%]/.test(format.replaceAll('%%', ''));
    parts.push(isLiteral ? text(format.replaceAll('%%', '%')) : call('strftime', value, text(format)));
    format = '';
  };
  for (const piece of datePieces(pattern)) {
    const { code, literal, isFilled, ordinal } = piece;
    const letter = code === null ? literal.replaceAll('%', '%%') : STRFTIME[code]?.[isFilled ? 1 : 0];
    if (letter !== undefined && ordinal === null) {
      format += letter;
      continue;
    }
    flush();
    parts.push(pieceNode(value, piece, rewrite));
  }
  flush();
  const [first = text(''), ...rest] = parts;
  const joined = rest.reduce((left, right) => template('$1 || $2', left, right), first);
  // A pattern without codes says nothing of the value, but NULL stays NULL.
  return parts.every((part) => 'A_Const' in part) ? template('CASE WHEN $1 IS NOT NULL THEN $2 END', value, joined) : joined;
}

function pieceNode(value: Node, { code, literal, isFilled, ordinal }: PatternPiece, rewrite: Rewrite): Node {
  const half = /^([AP])(\.?)M\.?$/i.exec(literal);
  if (half !== null) {
    const words = half[2] === '.' ? ['a.m.', 'p.m.'] : ['am', 'pm'];
    const [before = '', after = ''] = /[AP]/.test(half[1] ?? '') ? words.map((word) => word.toUpperCase()) : words;
    return template('CASE WHEN hour($1) < 12 THEN $2 ELSE $3 END', value, text(before), text(after));
  }
  if (code === 'AD' || code === 'BC' || code === 'A.D.' || code === 'B.C.')
    return text(literal.startsWith('a') || literal.startsWith('b') ? 'ad' : 'AD');
  if (code === 'TZ') return rewrite.macro(literal === 'TZ' ? '_pg_zone_name' : '_pg_zone_name_lower', value);
  if (code === 'OF') return rewrite.macro('_pg_zone_offset', value);
  const letters = STRFTIME[code ?? ''];
  const form = letters === undefined ? EXPRESSIONS[code ?? '']?.[isFilled ? 1 : 0] : undefined;
  if (letters === undefined && form === undefined) throw new PgError('0A000', `to_char() with ${literal} is not supported`);
  const node = letters !== undefined ? call('strftime', value, text(letters[isFilled ? 1 : 0])) : template(form ?? '', value);
  if (ordinal === null) return node;
  return rewrite.macro(ordinal === 'th' ? '_pg_ordinal' : '_pg_ordinal_upper', node);
}

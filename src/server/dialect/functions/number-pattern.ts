/** to_char of numbers with a constant pattern: digits, one decimal point, groups, signs, text around them. */
import type { Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import type { Rewrite } from '../rewrite/state.ts';
import { integer, template, text } from '../rewrite/template.ts';

interface NumberPattern {
  readonly isFilled: boolean;
  readonly before: string;
  readonly after: string;
  /** Digits' places before the point, with `,` between them: '9', '0', ','. */
  readonly whole: string;
  /** Places behind it; null: no point. */
  readonly fraction: string | null;
  readonly sign: 'plain' | 'S' | 'endS' | 'MI' | 'PL' | 'PR' | 'SG';
  readonly ordinal: 'TH' | 'th' | null;
}

const PATTERN =
  /^(?<before>(?:(?!FM|[SMP90.,GD])[\s\S]|\$|L)*?)(?<front>S|MI|PL|SG)?(?<before2>\$|L)?(?<whole>[90,G]*)(?:[.D](?<fraction>[90]*))?(?<back>MI|PR|PL|SG|S|TH|th)?(?<after>[^90SG]*)$/;

/** @throws {PgError} 0A000 for a pattern of another form (EEEE, RN, V, blanks between digits). */
function read(pattern: string): NumberPattern {
  const bare = pattern.replace(/FM/gi, '');
  const isCased = bare.replace(/[a-z]+/g, (word) => (word === 'th' ? word : word.toUpperCase()));
  const unquoted = isCased.replace(/"([^"]*)"/g, '$1');
  const groups = PATTERN.exec(unquoted)?.groups;
  if (/EEEE|V|RN/i.test(unquoted) || groups === undefined || `${groups['whole'] ?? ''}${groups['fraction'] ?? ''}` === '') {
    throw new PgError('0A000', `to_char() with the pattern "${pattern}" is not supported`);
  }
  const { front, back } = groups;
  const ordinal = back === 'TH' || back === 'th' ? back : null;
  const marks = ordinal === null ? (front ?? back) : front;
  return {
    isFilled: /FM/i.test(pattern),
    before: `${groups['before'] ?? ''}${groups['before2'] ?? ''}`.replaceAll('L', '$'),
    after: groups['after'] ?? '',
    whole: (groups['whole'] ?? '').replaceAll('G', ','),
    fraction: groups['fraction'] ?? null,
    sign: marks === undefined ? 'plain' : marks === 'S' && front === undefined ? 'endS' : (marks as NumberPattern['sign']),
    ordinal,
  };
}

/** `to_char(value, pattern)` for a number. */
export function numberToChar(value: Node, pattern: string, rewrite: Rewrite): Node {
  const form = read(pattern);
  const digits = template(`abs($1)::numeric(38, ${form.fraction?.length ?? 0})::varchar`, value);
  const body = bodyOf(form, digits);
  const number = signed(form, value, body, rewrite);
  const places = form.whole.replaceAll(',', '').length;
  // Too many digits for the pattern: PostgreSQL shows #.
  const overflow = signed(
    form,
    value,
    text(`${form.whole.replace(/[90]/g, '#')}${form.fraction === null ? '' : `.${'#'.repeat(form.fraction.length)}`}`),
    rewrite,
  );
  return template(
    "CASE WHEN length(ltrim(split_part($1, '.', 1), '0')) > $2 THEN $3 ELSE $4 END",
    digits,
    integer(places),
    overflow,
    number,
  );
}

/** The digits in their places: blanks where there are none, a separator only behind a digit. */
function bodyOf(form: NumberPattern, digits: Node): Node {
  const whole = wholeOf(form, digits);
  const pieces: Node[] = [];
  let start = 0;
  for (const group of form.whole.split(',')) {
    if (start > 0) pieces.push(separator(whole, start, form.isFilled ? '' : ' '));
    if (group !== '') pieces.push(template('substr($1, $2, $3)', whole, integer(start + 1), integer(group.length)));
    start += group.length;
  }
  if (form.fraction !== null) pieces.push(fractionOf(form.fraction, form.isFilled, digits));
  const [first = text(''), ...rest] = pieces;
  return rest.reduce((left, right) => template('$1 || $2', left, right), first);
}

function separator(whole: Node, behind: number, blank: string): Node {
  return template("CASE WHEN trim(substr($1, 1, $2)) = '' THEN $3 ELSE ',' END", whole, integer(behind), text(blank));
}

/** As wide as the pattern's places. A zero in front of the point is shown where a place asks for it, or nothing else would be. */
function wholeOf(form: NumberPattern, digits: Node): Node {
  const places = form.whole.replaceAll(',', '');
  const firstZero = places.indexOf('0');
  const asked = firstZero < 0 ? 0 : places.length - firstZero;
  const isBare = form.fraction === null || form.fraction === '';
  const isAlone = form.isFilled && form.fraction !== null && !form.fraction.includes('0');
  const least = integer(isBare ? Math.max(asked, 1) : asked);
  const shown = isAlone ? template("CASE WHEN ltrim($1, '0.') = '' THEN greatest($2, 1) ELSE $2 END", digits, least) : least;
  const significant = template("ltrim(split_part($1, '.', 1), '0')", digits);
  return template("lpad(lpad($1, greatest(length($1), $2)::int4, '0'), $3, ' ')", significant, shown, integer(places.length));
}

function fractionOf(fraction: string, isFilled: boolean, digits: Node): Node {
  if (!isFilled) return template("'.' || split_part($1, '.', 2)", digits);
  const kept = fraction.lastIndexOf('0') + 1;
  return template(
    "'.' || rpad(rtrim(split_part($1, '.', 2), '0'), greatest($2, length(rtrim(split_part($1, '.', 2), '0')))::int4, '0')",
    digits,
    integer(kept),
  );
}

/** Puts the sign where the pattern wants it; without a mark it stands right before the first digit. */
function signed(form: NumberPattern, value: Node, body: Node, rewrite: Rewrite): Node {
  const trimmed = template("ltrim($1, ' ')", body);
  const sign = (negative: string, positive: string): Node =>
    template('CASE WHEN $1 < 0 THEN $2 ELSE $3 END', value, text(negative), text(positive));
  const width = (node: Node, extra: number): Node =>
    form.isFilled ? node : template("lpad($1, (length($2) + $3)::int4, ' ')", node, body, integer(extra));
  let number: Node;
  switch (form.sign) {
    case 'plain':
      number = width(template('$1 || $2', sign('-', form.isFilled ? '' : ' '), trimmed), 1);
      break;
    case 'S':
      number = width(template('$1 || $2', sign('-', '+'), trimmed), 1);
      break;
    case 'endS':
      number = template('$1 || $2', width(trimmed, 0), sign('-', '+'));
      break;
    case 'MI':
      number = template('$1 || $2', width(trimmed, 0), sign('-', form.isFilled ? '' : ' '));
      break;
    case 'PL':
    case 'SG':
      number = template('$1 || $2', sign('-', '+'), width(trimmed, 0));
      break;
    case 'PR':
      number = width(
        template('$1 || $2 || $3', sign('<', form.isFilled ? '' : ' '), trimmed, sign('>', form.isFilled ? '' : ' ')),
        2,
      );
      break;
  }
  const whole =
    form.ordinal === null ? number : rewrite.macro(form.ordinal === 'th' ? '_pg_ordinal' : '_pg_ordinal_upper', number);
  if (form.before === '' && form.after === '') return whole;
  // Text in front stands before the sign's place; NULL stays NULL.
  return template('$1 || $2 || $3', text(form.before), whole, text(form.after));
}

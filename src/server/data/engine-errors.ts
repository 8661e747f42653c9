/**
 * What the engine says of values, in PostgreSQL's words and SQLSTATEs: a cast that fails is 22P02 there, a number that does
 * not fit 22003. Anything else stays as it is.
 */
import { RedQueryError } from '../../errors.ts';
import { PgError, pgErrorFrom } from '../pg-error.ts';

/** The engine's physical and SQL names of types, as PostgreSQL calls them. */
const TYPES: Readonly<Record<string, string>> = {
  BOOL: 'boolean',
  BOOLEAN: 'boolean',
  // PostgreSQL has no integer of 16 bytes: it is a UUID's.
  INT128: 'uuid',
  INT8: 'smallint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
  TINYINT: 'smallint',
  SMALLINT: 'smallint',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  FLOAT: 'real',
  DOUBLE: 'double precision',
  UUID: 'uuid',
  DATE: 'date',
  TIMESTAMP: 'timestamp',
  INTERVAL: 'interval',
};

const BAD_VALUE_HINT =
  "Leave the column out, or let bad values be NULL: read the call in the table's comment with on_error => 'null', here or in a view of the file of --views; columns => {…} declares other types.";

type Wording = (match: RegExpExecArray) => readonly [sqlState: string, message: string];

/** What RE2 says of an expression. */
const REGULAR_EXPRESSION =
  /^(?:missing [)\]]|unexpected \)|trailing \\|(?:no argument for|bad) repetition operator|invalid (?:repetition size|perl operator|escape sequence|character class(?: range)?|named capture group|regular expression)): ?[^]*/;

const WORDINGS: readonly (readonly [RegExp, Wording])[] = [
  [/^Could not convert string '([^]*)' to (\w+)/, ([, text = '', type = '']) => badText(type, text)],
  [/^Could not convert string "([^]*)" to DECIMAL/, ([, text = '']) => badText('DECIMAL', text)],
  [/^invalid date field format: "([^]*?)"/, ([, text = '']) => ['22007', `invalid input syntax for type date: "${text}"`]],
  [
    /^invalid timestamp field format: "([^]*?)"/,
    ([, text = '']) => ['22007', `invalid input syntax for type timestamp: "${text}"`],
  ],
  [/^time field value out of range: "([^]*?)"/, ([, text = '']) => ['22007', `invalid input syntax for type time: "${text}"`]],
  [
    /^(date|timestamp) field value out of range: "([^]*?)"/,
    ([, , text = '']) => ['22008', `date/time field value out of range: "${text}"`],
  ],
  [/out of range for the destination type (\w+)/, ([, type = '']) => ['22003', `${nameOf(type)} out of range`]],
  [/^Overflow in \w+ of (\w+)/, ([, type = '']) => ['22003', `${nameOf(type)} out of range`]],
  [/^Could not cast value .* to DECIMAL|^Casting value .* to type DECIMAL.* failed/, () => ['22003', 'numeric field overflow']],
  [
    /^Type VARCHAR with value '([^]*)' can't be cast to the destination type .*\[/,
    ([, text = '']) => ['22P02', `malformed array literal: "${text}"`],
  ],
  [
    /^Could not parse string "([^]*?)" according to format/,
    ([, text = '']) => ['22007', `invalid value for the format: "${text}"`],
  ],
  [/-> blob conversion/, () => ['22P02', 'invalid input syntax for type bytea']],
  [/^Malformed JSON/, () => ['22P02', 'invalid input syntax for type json']],
  [/LIMIT.*(cannot|must not) be negative|negative.*LIMIT|LIMIT.*negative/i, () => ['2201W', 'LIMIT must not be negative']],
  [/OFFSET.*(cannot|must not) be negative|negative.*OFFSET/i, () => ['2201X', 'OFFSET must not be negative']],
  [
    /^More than one row returned by a subquery/,
    () => ['21000', 'more than one row returned by a subquery used as an expression'],
  ],
  [/cannot take (?:the )?logarithm of zero/i, () => ['2201E', 'cannot take logarithm of zero']],
  [/cannot take (?:the )?logarithm of a negative number/i, () => ['2201E', 'cannot take logarithm of a negative number']],
  [/^negative substring length/, () => ['22011', 'negative substring length not allowed']],
  [/^requested length too large|^Cannot create a string of size/, () => ['54000', 'requested length too large']],
  [
    /^(Date|Time) out of range: (.*)/,
    ([, what = '', text = '']) => ['22008', `${what.toLowerCase()} field value out of range: ${text}`],
  ],
  [/^(?:ACOS|ASIN|ATANH|ACOSH) is undefined/i, () => ['22003', 'input is out of range']],
  [/^Invalid input for hex digit: ([^]*)/, ([, digit = '']) => ['22023', `invalid hexadecimal digit: "${digit}"`]],
  [/^Could not decode string "[^]*" as base64: ([^]*)/, ([, why = '']) => ['22023', `invalid base64 end sequence: ${why}`]],
  [REGULAR_EXPRESSION, ([why = '']) => ['2201B', `invalid regular expression: ${why}`]],
  [/cannot take square root of a negative number/i, () => ['2201F', 'cannot take square root of a negative number']],
];

/** Gives any error of a statement as PostgreSQL reports it. */
export function statementErrorFrom(error: unknown): PgError {
  const failure = withOwnHint(pgErrorFrom(error), error);
  if (!(error instanceof RedQueryError) || (error.kind !== 'data' && error.kind !== 'input')) return failure;
  for (const [pattern, wording] of WORDINGS) {
    const match = pattern.exec(error.message);
    if (match === null) continue;
    const [sqlState, message] = wording(match);
    // PostgreSQL knows no place for what a row holds.
    return new PgError(sqlState, message, { cause: error });
  }
  return failure;
}

/** A client cannot give a served table arguments, but it can read what is behind it, and the operator can declare it otherwise. */
function withOwnHint(failure: PgError, error: unknown): PgError {
  if (!(error instanceof RedQueryError) || error.code !== 'RQ_BAD_VALUE') return failure;
  return new PgError(failure.sqlState, failure.message, { ...failure.details, hint: BAD_VALUE_HINT });
}

function badText(type: string, text: string): readonly [string, string] {
  if (type === 'DECIMAL' && /^\s*[+-]?\d[\d.]*(e[+-]?\d+)?\s*$/i.test(text)) return ['22003', 'numeric field overflow'];
  return [type === 'INTERVAL' ? '22007' : '22P02', `invalid input syntax for type ${nameOf(type)}: "${text}"`];
}

function nameOf(type: string): string {
  return TYPES[type] ?? (type.startsWith('DECIMAL') ? 'numeric' : type.toLowerCase());
}

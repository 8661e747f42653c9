/** Functions of dates, times and intervals. */
import type { Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { asTypeOf, literalOf } from '../rewrite/literals.ts';
import { call, castTo, integer, template, text } from '../rewrite/template.ts';
import { stringOf } from '../tree.ts';
import { type FunctionRule, macro, renamed, rule } from './function-rule.ts';
import { datePieces, toChar } from './to-char.ts';

/** Parts that DuckDB cuts to whole numbers. */
const PARTS: Readonly<Record<string, string>> = {
  second: "date_part('microseconds', $1) / 1e6",
  seconds: "date_part('microseconds', $1) / 1e6",
  milliseconds: "date_part('microseconds', $1) / 1e3",
  julian: "date_diff('day', DATE '1970-01-01', $1::date) + 2440588",
  // Of an interval DuckDB gives the months' quarter as it is.
};

/** Units of date_trunc() with their spellings; extract() has these and others. */
const UNITS =
  'us|usecs?|useconds?|microseconds?|microsecon|ms|msecs?|mseconds?|milliseconds?|millisecon|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mon|mons|months?|qtr|quarters?|y|yrs?|years?|decs?|decades?|c|cent|century|centuries|mil|mils|millennia|millennium';
const UNIT_NAMES = new RegExp(`^(${UNITS})$`);
const PART_NAMES = new RegExp(
  `^(${UNITS}|dow|isodow|doy|epoch|isoyear|julian|j|timezone|timezone_[hm]|timezone_hour|timezone_minute)$`,
);

/** extract(part FROM x) and date_part('part', x). */
const extract: FunctionRule = ([part, value]) => {
  if (part === undefined || value === undefined) throw new PgError('42883', 'function date_part() needs a part and a value');
  const name = stringOf(part)?.toLowerCase();
  if (name === undefined) return call('date_part', part, value);
  if (!PART_NAMES.test(name)) throw new PgError('22023', `unit "${name}" not recognized`);
  const form = PARTS[name];
  return form === undefined ? call('date_part', text(name), value) : template(form, value);
};

const dateTrunc: FunctionRule = ([unit, value, zone]) => {
  if (unit === undefined || value === undefined) throw new PgError('42883', 'function date_trunc() needs a unit and a value');
  const name = stringOf(unit)?.toLowerCase();
  if (name !== undefined && !UNIT_NAMES.test(name)) throw new PgError('22023', `unit "${name}" not recognized`);
  // A unit that is known when it runs: SQLAlchemy binds it as a parameter.
  const written = name === undefined ? unit : text(name);
  if (zone !== undefined) return template('timezone($3, date_trunc($1, timezone($3, $2)))', written, value, zone);
  // The first century is that of the year 1; DuckDB's begins with the year 0.
  if (name === 'century' || name === 'millennium') {
    return template("date_trunc($1, $2 - interval '1 year') + interval '1 year'", written, value);
  }
  // PostgreSQL gives a timestamp also of a date; DuckDB a date.
  return template('date_trunc($1, $2)', written, value);
};

/** strptime's letter of a code. */
const STRPTIME: Readonly<Record<string, string>> = {
  YYYY: '%Y',
  YY: '%y',
  MM: '%m',
  DD: '%d',
  DDD: '%j',
  HH24: '%H',
  HH12: '%I',
  HH: '%I',
  MI: '%M',
  SS: '%S',
  MS: '%g',
  US: '%f',
  FF6: '%f',
  FF3: '%g',
  AM: '%p',
  PM: '%p',
  Mon: '%b',
  MON: '%b',
  mon: '%b',
  Month: '%B',
  MONTH: '%B',
  month: '%B',
  Dy: '%a',
  DY: '%a',
  dy: '%a',
  Day: '%A',
  DAY: '%A',
  day: '%A',
};

function strptime(value: Node, pattern: Node | undefined): Node {
  const known = stringOf(pattern);
  if (known === null) throw new PgError('0A000', 'to_date() and to_timestamp() need a constant pattern');
  const format = datePieces(known).map(({ code, literal }) => {
    const letter = code === null ? literal.replaceAll('%', '%%') : STRPTIME[code];
    if (letter === undefined) throw new PgError('0A000', `to_timestamp() with ${literal} is not supported`);
    return letter;
  });
  return call('strptime', value, text(format.join('')));
}

const INTERVAL_UNITS = ['years', 'months', 'weeks', 'days', 'hours', 'mins', 'secs'];

/** make_interval(years, months, …), by place or by name. */
const makeInterval: FunctionRule = (args) => {
  const parts = args.map((argument, index): Node => {
    const isNamed = 'NamedArgExpr' in argument;
    const unit = isNamed ? (argument.NamedArgExpr.name ?? '') : (INTERVAL_UNITS[index] ?? '');
    const value = isNamed ? (argument.NamedArgExpr.arg ?? argument) : argument;
    const name = unit === 'mins' ? 'minutes' : unit === 'secs' ? 'seconds' : unit;
    if (!INTERVAL_UNITS.includes(unit)) throw new PgError('42883', `function make_interval(${unit} => …) does not exist`);
    return call(`to_${name}`, value);
  });
  return parts.reduce((sum, part) => template('$1 + $2', sum, part), castTo(text('0 days'), 'interval'));
};

export const DATE_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  extract,
  date_part: extract,
  date_trunc: dateTrunc,
  date_bin: ([width, value, origin]) => {
    if (width === undefined || value === undefined || origin === undefined) return null;
    return call('time_bucket', literalOf(width) === null ? width : castTo(width, 'interval'), value, asTypeOf(origin, value));
  },
  timezone: (args) => call('timezone', ...args),
  age: macro('_pg_age'),
  to_char: ([value, pattern], rewrite) => (value === undefined ? null : toChar(value, stringOf(pattern), rewrite)),
  to_date: ([value, pattern]) => (value === undefined ? null : castTo(strptime(value, pattern), 'date')),
  to_timestamp: ([value, pattern]) => {
    if (value === undefined) return null;
    return pattern === undefined ? call('to_timestamp', value) : castTo(strptime(value, pattern), 'timestamptz');
  },
  to_number: rule(
    "regexp_replace($1, '[^0-9.+-]', '', 'g')::float8",
    "regexp_replace($1, '[^0-9.+-]', '', 'g')::float8 + 0 * length($2)",
  ),
  make_interval: makeInterval,
  make_timestamptz: renamed('make_timestamptz'),
  clock_timestamp: () => call('now'),
  statement_timestamp: () => call('now'),
  transaction_timestamp: () => call('now'),
  timeofday: () => castTo(call('now'), 'text'),
  justify_days: macro('_pg_justify_days'),
  justify_hours: macro('_pg_justify_hours'),
  justify_interval: macro('_pg_justify_days'),
  overlaps: ([a, b, c, d]) => {
    if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
    void integer;
    const from = 'least($1, $2)';
    return template(
      `(${from} = greatest($1, $2) AND $1 >= least($3, $4) AND $1 < greatest($3, $4)) OR (${from} < greatest($3, $4) AND least($3, $4) < greatest($1, $2)) OR ${from} = least($3, $4)`,
      a,
      b,
      c,
      d,
    );
  },
};

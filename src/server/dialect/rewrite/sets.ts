/** Functions that give sets of rows, as columns of unnested lists. */
import type { Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { stringOf } from '../tree.ts';
import { seriesBounds } from './literals.ts';
import { groupCount, regexFromPg, regexOptions } from './patterns.ts';
import type { Rewrite } from './state.ts';
import { call, castTo, template, text } from './template.ts';

export interface SetColumn {
  readonly name: string;
  readonly value: Node;
}

type SetMaker = (args: readonly Node[], rewrite: Rewrite) => SetColumn[];

const one =
  (name: string, list: string): SetMaker =>
  (args) => [{ name, value: call('unnest', template(list, ...args)) }];

const entries =
  (value: string): SetMaker =>
  (args) => [
    { name: 'key', value: template('unnest(json_keys($1))', ...args) },
    { name: 'value', value: template(`unnest(json_extract${value}($1, '$.*'))`, ...args) },
  ];

const SETS: Readonly<Record<string, SetMaker>> = {
  generate_series: (args) => [{ name: 'generate_series', value: call('unnest', call('generate_series', ...seriesBounds(args))) }],
  unnest: (args) => args.map((list) => ({ name: 'unnest', value: call('unnest', list) })),
  generate_subscripts: one('generate_subscripts', 'generate_series(1, len($1))'),
  string_to_table: (args) => [{ name: 'string_to_table', value: call('unnest', call('string_split', ...args.slice(0, 2))) }],
  regexp_split_to_table: (args, rewrite) => [
    { name: 'regexp_split_to_table', value: call('unnest', rewrite.functionCall('regexp_split_to_array', args)) },
  ],
  regexp_matches: (args, rewrite) => [{ name: 'regexp_matches', value: regexpMatches(args, rewrite) }],
  json_array_elements: one('value', "json_extract($1, '$[*]')"),
  jsonb_array_elements: one('value', "json_extract($1, '$[*]')"),
  json_array_elements_text: one('value', "json_extract_string($1, '$[*]')"),
  jsonb_array_elements_text: one('value', "json_extract_string($1, '$[*]')"),
  json_object_keys: one('json_object_keys', 'json_keys($1)'),
  jsonb_object_keys: one('jsonb_object_keys', 'json_keys($1)'),
  json_each: entries(''),
  jsonb_each: entries(''),
  json_each_text: entries('_string'),
  jsonb_each_text: entries('_string'),
};

/** Tells whether a function gives rows. */
export function isSetReturning(name: string): boolean {
  return Object.hasOwn(SETS, name);
}

/** Gives the columns of a function in FROM, `args` being transformed already; a function that gives one value is one row. */
export function setReturning(name: string, args: readonly Node[], rewrite: Rewrite): SetColumn[] {
  const make = SETS[name];
  if (make !== undefined && Object.hasOwn(SETS, name)) return make(args, rewrite);
  return [{ name, value: rewrite.functionCall(name, args) }];
}

/** A set in the list of targets: one column only. @throws {PgError} 0A000. */
export function setInTargets(name: string, args: readonly Node[], rewrite: Rewrite): Node {
  const [column, ...others] = setReturning(name, args, rewrite);
  if (column === undefined || others.length > 0) {
    throw new PgError('0A000', `${name}() is supported in FROM only`);
  }
  return column.value;
}

/** With g one row a match, else at most one; a row is the array of the groups, or of the whole where there is none. */
function regexpMatches([value, pattern, flags]: readonly Node[], rewrite: Rewrite): Node {
  const regex = stringOf(pattern);
  const options = flags === undefined ? '' : stringOf(flags);
  if (value === undefined || regex === null || options === null) {
    throw new PgError('0A000', 'regexp_matches() needs a constant pattern and constant flags');
  }
  const groups = groupCount(regex);
  const whole = groups === 0 ? `(${regexFromPg(regex)})` : regexFromPg(regex);
  const args = [castTo(value, 'text'), text(`(?${regexOptions(options)})${whole}`)];
  const all = rewrite.macro(`_pg_regexp_matches_${Math.max(1, groups) > 4 ? 4 : Math.max(1, groups)}`, ...args);
  return call('unnest', options.includes('g') ? all : template('list_slice($1, 1, 1)', all));
}

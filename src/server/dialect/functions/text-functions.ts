/** Functions of text and bytes. */
import type { Node } from '@pgsql/types';
import { PgError } from '../../pg-error.ts';
import { groupCount, regexFromPg, regexFromSimilar, regexOptions, replacementFromPg } from '../rewrite/patterns.ts';
import { call, castTo, template, text } from '../rewrite/template.ts';
import { stringOf } from '../tree.ts';
import { type FunctionRule, macro, renamed, rule } from './function-rule.ts';

/** A constant regular expression in DuckDB's form; others go as they are. */
function regexNode(node: Node): Node {
  const known = stringOf(node);
  return known === null ? node : text(regexFromPg(known));
}

/** The options of a call, `flags` being a constant. @throws {PgError} 0A000. */
function optionsFrom(flags: Node | undefined): string {
  if (flags === undefined) return regexOptions('');
  const known = stringOf(flags);
  if (known === null) throw new PgError('0A000', 'the flags of a regular expression must be a constant');
  return regexOptions(known);
}

const substring: FunctionRule = (args, rewrite, original) => {
  const [value, start, length] = args;
  if (value === undefined || start === undefined) return null;
  const pattern = 'A_Const' in start ? stringOf(start) : null;
  if (pattern !== null && length === undefined) return extracted(value, regexFromPg(pattern), 's');
  if (pattern !== null && length !== undefined) {
    const escape = stringOf(length) ?? '\\';
    // SIMILAR's pattern has its part between two marks, #"…#".
    const [before = '', part = '', after = ''] = pattern.split(`${escape}"`);
    const regex = [before, part, after].map((piece) => `(${regexFromSimilar(piece, escape)})`).join('');
    return template("nullif(regexp_extract($1, $2, 2, 's'), '')", value, text(`^${regex}$`));
  }
  void original;
  return length === undefined
    ? template('substr($1, greatest($2, 1))', value, start)
    : rewrite.macro('_pg_substr', value, start, length);
};

/** The first match, or its first group; NULL without a match, which DuckDB gives as ''. */
function extracted(value: Node, regex: string, options: string): Node {
  const group = groupCount(regex) > 0 ? '1' : '0';
  const form = `CASE WHEN regexp_matches($1, $2, $3) THEN regexp_extract($1, $2, ${group}, $3) END`;
  return template(form, value, text(regex), text(options));
}

const regexpMatch: FunctionRule = ([value, pattern, flags], rewrite) => {
  const regex = stringOf(pattern);
  if (value === undefined || regex === null) throw new PgError('0A000', 'regexp_match() needs a constant pattern');
  const groups = groupCount(regex);
  const whole = groups === 0 ? `(${regexFromPg(regex)})` : regexFromPg(regex);
  const name = `_pg_regexp_matches_${Math.min(4, Math.max(1, groups))}`;
  return template('list_extract($1, 1)', rewrite.macro(name, value, text(`(?${optionsFrom(flags)})${whole}`)));
};

const regexpReplace: FunctionRule = ([value, pattern, replacement, flags]) => {
  if (value === undefined || pattern === undefined || replacement === undefined) return null;
  const known = stringOf(replacement);
  const isGlobal = flags !== undefined && (stringOf(flags) ?? '').includes('g');
  const options = text(`${optionsFrom(flags)}${isGlobal ? 'g' : ''}`);
  return call(
    'regexp_replace',
    value,
    regexNode(pattern),
    known === null ? replacement : text(replacementFromPg(known)),
    options,
  );
};

const encode: FunctionRule = ([bytes, format]) => {
  const form = stringOf(format)?.toLowerCase();
  if (bytes === undefined) return null;
  if (form === 'hex') return template('lower(hex($1))', bytes);
  if (form === 'base64') return template('base64($1)', bytes);
  if (form === 'escape') return call('decode', bytes);
  throw new PgError('22023', `unrecognized encoding: "${form ?? ''}"`);
};

const decode: FunctionRule = ([value, format]) => {
  const form = stringOf(format)?.toLowerCase();
  if (value === undefined) return null;
  if (form === 'hex') return call('unhex', value);
  if (form === 'base64') return call('from_base64', value);
  if (form === 'escape') return call('encode', value);
  throw new PgError('22023', `unrecognized encoding: "${form ?? ''}"`);
};

/** format() with a constant pattern: each %s, %I, %L in its place. */
const format: FunctionRule = ([pattern, ...args], rewrite) => {
  const known = stringOf(pattern);
  if (known === null) throw new PgError('0A000', 'format() needs a constant pattern');
  let next = 0;
  const parts: Node[] = [];
  for (const piece of known.match(/%(?:\d+\$)?-?\d*[sIL%]|[^%]+|%/g) ?? []) {
    const spec = /^%(?:(\d+)\$)?(-?)(\d*)([sIL%])$/.exec(piece);
    if (spec === null || spec[4] === '%') {
      parts.push(text(spec === null ? piece : '%'));
      continue;
    }
    next = spec[1] === undefined ? next + 1 : Number(spec[1]);
    const argument = args[next - 1];
    if (argument === undefined) throw new PgError('22023', 'too few arguments for format()');
    if (spec[4] === 'I') parts.push(rewrite.macro('_pg_quote_ident', argument));
    else if (spec[4] === 'L') parts.push(rewrite.macro('_pg_quote_nullable', argument));
    else parts.push(template("coalesce($1::text, '')", argument));
  }
  return call('concat', text(''), ...parts);
};

export const TEXT_FUNCTIONS: Readonly<Record<string, FunctionRule>> = {
  initcap: macro('_pg_initcap'),
  octet_length: rule('octet_length(encode($1::text))'),
  btrim: renamed('trim'),
  lpad: rule("lpad($1, $2, ' ')"),
  rpad: rule("rpad($1, $2, ' ')"),
  repeat: rule('repeat($1, greatest($2, 0))'),
  to_hex: rule('lower(to_hex($1))'),
  quote_ident: macro('_pg_quote_ident'),
  quote_literal: macro('_pg_quote_literal'),
  quote_nullable: macro('_pg_quote_nullable'),
  concat: (args) => call('concat', ...args),
  overlay: rule(
    'substr($1, 1, $3 - 1) || $2 || substr($1, $3 + length($2))',
    'substr($1, 1, $3 - 1) || $2 || substr($1, $3 + $4)',
  ),
  substring,
  substr: substring,
  position: (args) => call('strpos', ...args),
  regexp_match: regexpMatch,
  regexp_replace: regexpReplace,
  regexp_split_to_array: ([value, pattern]) =>
    value === undefined || pattern === undefined ? null : call('string_split_regex', value, regexNode(pattern)),
  regexp_count: ([value, pattern]) =>
    value === undefined || pattern === undefined ? null : template('len(regexp_extract_all($1, $2))', value, regexNode(pattern)),
  regexp_like: ([value, pattern, flags]) =>
    value === undefined || pattern === undefined
      ? null
      : call('regexp_matches', value, regexNode(pattern), text(optionsFrom(flags))),
  regexp_substr: ([value, pattern]) => (value === undefined ? null : extractedWhole(value, pattern)),
  regexp_instr: ([value, pattern]) =>
    value === undefined || pattern === undefined
      ? null
      : template(
          "CASE WHEN $1 IS NULL THEN NULL WHEN regexp_matches($1, $2, 's') THEN length(regexp_extract($1, $3, 1, 's')) + 1 ELSE 0 END",
          value,
          regexNode(pattern),
          text(`^(.*?)(?:${stringOf(regexNode(pattern)) ?? ''})`),
        ),
  encode,
  decode,
  convert_from: ([bytes]) => (bytes === undefined ? null : call('decode', bytes)),
  convert_to: ([value]) => (value === undefined ? null : call('encode', castTo(value, 'text'))),
  sha256: rule('unhex(sha256($1))'),
  format,
  text: rule('$1::text'),
  unistr: ([value]) => {
    const known = stringOf(value);
    return known === null
      ? null
      : text(known.replace(/\\(?:u|\+00)?([0-9A-Fa-f]{4})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))));
  },
};

function extractedWhole(value: Node, pattern: Node | undefined): Node {
  const known = stringOf(pattern);
  if (known === null) throw new PgError('0A000', 'regexp_substr() needs a constant pattern');
  return template(
    "CASE WHEN regexp_matches($1, $2, 's') THEN regexp_extract($1, $2, 0, 's') END",
    value,
    text(regexFromPg(known)),
  );
}

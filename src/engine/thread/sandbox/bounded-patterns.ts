/**
 * LIKE and its kin with a bound: DuckDB matches them by trying, which takes time without measure where several % are in a pattern
 * (300 characters with five: minutes). Such patterns become regular expressions, whose time is linear. For a constant pattern
 * that is simple DuckDB's optimiser takes the CASE away, so that plans and push-down stay what they were.
 */

/** Simple: at most one % that has something behind it. */
const isSimple = (pattern: string): string => {
  const before = `rtrim(${pattern}, '%')`;
  return `length(${before}) - length(replace(${before}, '%', '')) < 2 AND length(${pattern}) < 1000`;
};

/** RE2's text for a pattern: % is `\%` once it is escaped, _ is not escaped. */
const wild = (escaped: string): string => `replace(replace(${escaped}, '\\%', '.*'), '_', '.')`;
const regex = (pattern: string): string => wild(`regexp_escape(${pattern})`);
/** What is escaped is put aside as three characters that no text has, and put back when the wild ones have been replaced. */
const regexWithEscape = (pattern: string): string => {
  const aside = `replace(replace(replace(${pattern}, e || e, chr(1)), e || '%', chr(2)), e || '_', chr(3))`;
  return `replace(replace(replace(${wild(`regexp_escape(${aside})`)}, '\\' || chr(1), regexp_escape(e)), '\\' || chr(2), '%'), '\\' || chr(3), '_')`;
};

interface Kind {
  readonly name: string;
  readonly isNegated: boolean;
  readonly hasCase: boolean;
  readonly hasEscape: boolean;
}

const KINDS: readonly Kind[] = [
  { name: '~~', isNegated: false, hasCase: true, hasEscape: false },
  { name: '!~~', isNegated: true, hasCase: true, hasEscape: false },
  { name: '~~*', isNegated: false, hasCase: false, hasEscape: false },
  { name: '!~~*', isNegated: true, hasCase: false, hasEscape: false },
  { name: 'like_escape', isNegated: false, hasCase: true, hasEscape: true },
  { name: 'not_like_escape', isNegated: true, hasCase: true, hasEscape: true },
  { name: 'ilike_escape', isNegated: false, hasCase: false, hasEscape: true },
  { name: 'not_ilike_escape', isNegated: true, hasCase: false, hasEscape: true },
];

/** `CREATE MACRO catalog.main.` goes before each. */
export const PATTERN_MACROS: readonly string[] = KINDS.map(({ name, isNegated, hasCase, hasEscape }) => {
  const [text, pattern] = hasCase ? ['a', 'b'] : ['lower(a)', 'lower(b)'];
  const parameters = hasEscape ? 'a, b, e' : 'a, b';
  const match = `regexp_full_match(${text}, ${hasEscape ? regexWithEscape(pattern) : regex(pattern)}, 's')`;
  return `"${name}"(${parameters}) AS CASE WHEN ${isSimple('b')} THEN system.main."${name}"(${parameters}) ELSE ${isNegated ? `NOT ${match}` : match} END`;
});

/** Scalar functions that may stand around groups and aggregates. Any other name might be an aggregate, volatile, or a macro of either. */
const NAMES = `
+ - * / // % ** ^ || ~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ^@
abs add subtract multiply divide mod fmod pow power sqrt cbrt exp ln log log10 log2 sign floor ceil ceiling round round_even trunc
isnan isinf isfinite greatest least even gcd lcm
lower upper lcase ucase trim ltrim rtrim length strlen substr substring substring_grapheme left right lpad rpad reverse replace
concat concat_ws contains prefix suffix starts_with ends_with instr strpos position split_part repeat format printf ascii chr
regexp_matches regexp_replace regexp_extract md5 hex
date_part datepart date_trunc datetrunc date_diff datediff date_add date_sub datesub strftime epoch epoch_ms epoch_us epoch_ns
make_date make_timestamp to_timestamp year month day hour minute second quarter week weekday dayofweek dayofyear isodow dayname
monthname last_day to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds time_bucket
list_value struct_pack row map typeof ifnull nullif if constant_or_null hash
`;

const SCALARS: ReadonlySet<string> = new Set(NAMES.trim().split(/\s+/));

/** True for a function that gives one value for one row's values, and always the same. */
export function isPlainScalar(name: string): boolean {
  return SCALARS.has(name.toLowerCase());
}

/**
 * The second reading of docs/values.md: says in DuckDB's SQL what each text is under each type. It shares nothing with src:
 * regular expressions say which texts there are, DuckDB's own casts what they mean.
 */

/** Gives an expression that is the value of the text expression `x`, or NULL where that is none of the type. */
export function decoded(x: string, type: string): string {
  const matches = (pattern: string): string => `regexp_full_match(${x}, '${pattern}')`;
  const cast = (to: string = type): string => `TRY_CAST(${x} AS ${to})`;
  const [, name = type] = /^(\w+)/.exec(type) ?? [];
  switch (name) {
    case 'VARCHAR':
      return x;
    case 'BIGINT':
    case 'INTEGER':
    case 'HUGEINT':
      return `CASE WHEN ${matches('-?[0-9]+')} THEN ${cast()} END`;
    case 'DOUBLE':
      return doubleOf(x, matches);
    case 'DECIMAL':
      return `CASE WHEN ${matches(decimalPattern(type))} THEN ${cast()} END`;
    case 'BOOLEAN':
      return `CASE WHEN lower(${x}) IN ('true', 't', 'yes', 'y', '1') THEN true WHEN lower(${x}) IN ('false', 'f', 'no', 'n', '0') THEN false END`;
    case 'DATE':
      return `CASE WHEN ${matches('[0-9]{4}-[0-9]{2}-[0-9]{2}')} THEN ${cast()} END`;
    case 'TIMESTAMP':
    case 'TIMESTAMPTZ':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_S':
      return momentOf(x, type, matches);
    default:
      throw new Error(`the oracle knows no ${type}`);
  }
}

function doubleOf(x: string, matches: (pattern: string) => string): string {
  const plain = matches('-?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?');
  const special = matches('(?i)-?(inf|infinity|nan)');
  return `CASE WHEN ${plain} AND isfinite(TRY_CAST(${x} AS DOUBLE)) THEN TRY_CAST(${x} AS DOUBLE) WHEN ${special} THEN TRY_CAST(${x} AS DOUBLE) END`;
}

/** Digits behind the scale must be zeros; there is no exponent. */
function decimalPattern(type: string): string {
  const scale = /,\s*(\d+)\)/.exec(type)?.[1] ?? '3';
  return `-?([0-9]+(\\.[0-9]{0,${scale}}0*)?|\\.[0-9]{1,${scale}}0*)`;
}

/** Text with `T` or a blank and an offset or none; integers by their size, or by the type's unit. */
function momentOf(x: string, type: string, matches: (pattern: string) => string): string {
  const integer = `TRY_CAST(${x} AS BIGINT)`;
  const bySize = `CASE WHEN abs(${integer}) < 10000000000 THEN ${integer} * 1000000 WHEN abs(${integer}) < 10000000000000 THEN ${integer} * 1000 ELSE ${integer} END`;
  const micros =
    { TIMESTAMP: bySize, TIMESTAMPTZ: bySize, TIMESTAMP_MS: `${integer} * 1000`, TIMESTAMP_S: `${integer} * 1000000` }[type] ??
    'NULL';
  const text = matches(
    '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?',
  );
  // A text without an offset is UTC; the oracle's zone is UTC, too.
  const moment = `CASE WHEN ${matches('-?[0-9]+')} THEN make_timestamp(${micros}) WHEN ${text} THEN timezone('UTC', TRY_CAST(${x} AS TIMESTAMPTZ)) END`;
  return type === 'TIMESTAMP' ? moment : `CAST(${type === 'TIMESTAMPTZ' ? `timezone('UTC', ${moment})` : moment} AS ${type})`;
}

/**
 * The arguments of a `redis_*` call as plain data, and the key that ties a running scan to the plan's filters:
 * two calls with one key read the same relation. See docs/architecture/life-of-a-query.md.
 */

/** A struct of texts (`columns => {…}`) is a Map: its order is that of the columns, which an object loses for names like '2'. */
export type ArgumentValue = string | number | boolean | null | ReadonlyMap<string, string>;

export interface ScanArguments {
  /** Lower case, for example 'redis_hash'. */
  readonly functionName: string;
  readonly positional: readonly ArgumentValue[];
  /** Named arguments that were given, names in lower case; `_scan` is the reserved tag. */
  readonly named: Readonly<Record<string, ArgumentValue>>;
}

/** Gives the text under which a scan and its filters meet: equal for equal function and arguments, whatever their order. */
export function scanKeyOf(args: ScanArguments): string {
  const named = Object.entries(args.named)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => [name, canonical(value)]);
  return JSON.stringify([args.functionName, args.positional.map(canonical), named]);
}

function canonical(value: ArgumentValue): unknown {
  return value instanceof Map ? [...value] : value;
}

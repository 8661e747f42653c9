/**
 * The arguments of a `redis_*` call as plain data, and the key that ties a running scan to the plan's filters:
 * two calls with one key read the same relation. See docs/architecture/life-of-a-query.md.
 */

export type ArgumentValue = string | number | boolean | null | Readonly<Record<string, string>>;

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

/** The members of a record keep their order (it is the order of the columns). */
function canonical(value: ArgumentValue): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value) : value;
}

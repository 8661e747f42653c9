/** Reads Redis' INFO: sections of `name:value`, and values that are lists of `name=value`. */

/** Gives name → value over all sections; of a name that stands twice (`module`) all values. */
export function infoFrom(reply: unknown): ReadonlyMap<string, readonly string[]> {
  const facts = new Map<string, string[]>();
  for (const line of String(reply).split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (line.startsWith('#') || colon < 0) continue;
    const name = line.slice(0, colon);
    const values = facts.get(name) ?? [];
    values.push(line.slice(colon + 1));
    facts.set(name, values);
  }
  return facts;
}

/** Reads `keys=12,expires=3`. */
export function partsFrom(value: string): ReadonlyMap<string, string> {
  return new Map(
    value.split(',').map((part) => {
      const [name = '', ...rest] = part.split('=');
      return [name, rest.join('=')];
    }),
  );
}

/** The number of the database that a place names: `host:6379/2`, `/run/redis.sock/2`. */
export function databaseOfPlace(place: string): number {
  return Number(/\/(\d+)$/.exec(place)?.[1] ?? 0);
}

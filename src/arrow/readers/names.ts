/**
 * Names that rows, structs and JSON objects can carry: no two alike. It changes names of results only, never of tables.
 */

/**
 * Makes names unique, in order: the second `name` becomes `name_1`, or the next number that no other column has.
 * Names without a twin stay as they are.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const used = new Set<string>();
  const nextNumber = new Map<string, number>();
  return names.map((name) => {
    if (!used.has(name)) {
      used.add(name);
      return name;
    }
    let number = nextNumber.get(name) ?? 1;
    while (taken.has(`${name}_${number}`)) number++;
    nextNumber.set(name, number + 1);
    const unique = `${name}_${number}`;
    taken.add(unique);
    used.add(unique);
    return unique;
  });
}

/** Finds the names that somebody may have meant who typed another one. */

/** Gives up to `most` of the names, those that are nearest first; none where nothing is near. */
export function nearestNames(typed: string, names: readonly string[], most = 3): string[] {
  const wanted = typed.toLowerCase();
  const farthest = Math.max(1, Math.ceil(wanted.length / 3));
  const near = names.map((name) => ({ name, distance: distanceOf(wanted, name.toLowerCase()) }));
  return near
    .filter(({ distance }) => distance <= farthest)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** Names that begin as it was typed are nearer than any slip. */
function distanceOf(typed: string, name: string): number {
  return name.startsWith(typed) ? 0 : editsBetween(typed, name);
}

/** Letters put in, left out, changed, or swapped with their neighbour, at least so many. Time: one length × the other. */
function editsBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const changed = (last[j - 1] ?? 0) + (isSame ? 0 : 1);
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(changed, swapped, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

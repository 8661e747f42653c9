/** Makes a column: its type, and the values that its cells and most constants are picked from. */
import type { Random } from '../random.ts';
import { alikeWord, KINDS } from './values.ts';
import type { Column, ColumnKind, Sample } from './words.ts';

export function makeColumn(random: Random, kind: ColumnKind, name: string): Column {
  const spec = KINDS[kind];
  const isAlike = kind === 'word' && random.percent(50);
  const pool: Sample[] = Array.from({ length: random.int(4, 14) }, () => (isAlike ? alikeWord(random) : spec.sample(random)));
  return { name, kind, type: spec.type, pool };
}

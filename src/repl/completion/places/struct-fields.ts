/** Reads the members out of a type's name. */
import { nextPiece } from '../../../sql/index.ts';
import type { ColumnFact } from '../facts/facts.ts';

/** Gives the members of `STRUCT(city VARCHAR, zip BIGINT[])`, none of another type. */
export function structFields(type: string): readonly ColumnFact[] {
  if (!/^STRUCT\(.*\)$/s.test(type)) return [];
  const fields: ColumnFact[] = [];
  const inner = type.slice('STRUCT('.length, -1);
  let depth = 0;
  let name: { readonly value: string; readonly end: number } | null = null;
  for (let piece = nextPiece(inner, 0); ; piece = nextPiece(inner, piece.end)) {
    const isEnd = piece === null || (depth === 0 && piece.value === ',');
    if (isEnd && name !== null) fields.push({ name: name.value, type: inner.slice(name.end, piece?.start).trim() });
    if (piece === null) return fields;
    if (piece.value === '(') depth++;
    else if (piece.value === ')') depth--;
    if (isEnd) name = null;
    else
      name ??= { value: piece.kind === 'quotedIdentifier' ? piece.value : inner.slice(piece.start, piece.end), end: piece.end };
  }
}

/** The columns that tables share, and the names that SQL knows columns by. */
import type { SqlType } from '../../types/index.ts';
import type { KeyTemplate, TableColumn } from '../scan-words.ts';
import type { DeclaredColumn } from './call-arguments.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
export const KEY_COLUMN: TableColumn = { name: '_key', type: VARCHAR, role: 'key' };
export const TTL_COLUMN: TableColumn = { name: '_ttl', type: { id: 'BIGINT' }, role: 'ttl' };
export const FIELDS_COLUMN: TableColumn = {
  name: '_fields',
  type: { id: 'MAP', key: VARCHAR, value: VARCHAR },
  role: 'fields',
};

/** `_key`, and `_ttl` where the statement names it. */
export function keyColumns(mentions: ReadonlySet<string>): TableColumn[] {
  return mentions.has('_ttl') ? [KEY_COLUMN, TTL_COLUMN] : [KEY_COLUMN];
}

/** A declaration taken apart: what names a capture of the template gives it its type, the rest is the source's own. */
export interface SplitDeclaration {
  readonly captures: readonly TableColumn[];
  readonly declared: readonly DeclaredColumn[] | null;
}

/** Gives the columns of a template's captures. A declared one has that type, others are VARCHAR. */
export function captureColumns(template: KeyTemplate | null, declared: readonly DeclaredColumn[] | null): SplitDeclaration {
  const names = template?.captures ?? [];
  const captures = names.map((name, capture): TableColumn => {
    const type = declared?.find((column) => column.name === name)?.type ?? VARCHAR;
    return { name, type, role: 'capture', capture };
  });
  return { captures, declared: declared?.filter(({ name }) => !names.includes(name)) ?? null };
}

/**
 * Gives columns names that differ for DuckDB, which ignores case (of ASCII letters only): reserved ones keep theirs, so that
 * a field called `_key` becomes `_key_2`; `Name` behind `name` becomes `Name_2`, or the next number that no other has.
 */
export function namedColumns(
  front: readonly TableColumn[],
  columns: readonly TableColumn[],
  back: readonly TableColumn[] = [],
): TableColumn[] {
  const names = freeNames(
    [...front, ...back].map(({ name }) => name),
    columns.map(({ name }) => (name === '' ? '_empty' : name)),
  );
  return [...front, ...columns.map((column, index) => ({ ...column, name: names[index] ?? column.name })), ...back];
}

/** Text and bytes are kept as they are, whoever chose the type: such a column is not marked as inferred. */
export function inferredMark({ id }: SqlType): { readonly isInferred?: true } {
  return id === 'VARCHAR' || id === 'BLOB' ? {} : { isInferred: true };
}

function freeNames(reserved: readonly string[], wanted: readonly string[]): string[] {
  const taken = new Set(reserved.map(foldCase));
  const isFirst = wanted.map((name) => {
    const isFree = !taken.has(foldCase(name));
    taken.add(foldCase(name));
    return isFree;
  });
  return wanted.map((name, index) => {
    if (isFirst[index] === true) return name;
    let count = 2;
    while (taken.has(foldCase(`${name}_${count}`))) count += 1;
    taken.add(foldCase(`${name}_${count}`));
    return `${name}_${count}`;
  });
}

function foldCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

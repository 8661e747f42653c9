/** Which attribute of an index holds a column: by the field or path that it indexes, never by its alias. */
import type { TableColumn } from '../../scan-words.ts';
import type { AttributeType, IndexAttribute, IndexInfo } from '../catalog/index-info.ts';

/** An attribute that can be named in a query. */
export interface ColumnAttribute {
  readonly attribute: IndexAttribute;
  /** False for a path that may find several values, of which the column has one. */
  readonly isSingle: boolean;
}

/** Gives the searchable attributes of a type that hold the column's field or path. */
export function attributesFor(index: IndexInfo, column: TableColumn, type: AttributeType): ColumnAttribute[] {
  return allAttributesFor(index, column).filter(({ attribute }) => attribute.type === type && !attribute.isUnsearchable);
}

/** As attributesFor, of any type, those that are only sorted by included. */
export function allAttributesFor(index: IndexInfo, column: TableColumn): ColumnAttribute[] {
  if (column.role !== 'field') return [];
  if (index.keyType === 'HASH') {
    const { field } = column;
    if (field === undefined) return [];
    return index.attributes
      .filter(({ identifier }) => Buffer.compare(identifier, field) === 0)
      .map((attribute) => ({ attribute, isSingle: true }));
  }
  return index.keyType === 'JSON' ? attributesOfPath(index, pathOf(column)) : [];
}

function pathOf(column: TableColumn): string | null {
  if (column.path !== undefined) return column.path;
  return column.field === undefined ? null : `$[${JSON.stringify(Buffer.from(column.field).toString('utf8'))}]`;
}

function attributesOfPath(index: IndexInfo, path: string | null): ColumnAttribute[] {
  if (path === null) return [];
  const members = membersOf(path);
  return index.attributes.flatMap((attribute): ColumnAttribute[] => {
    const identifier = Buffer.from(attribute.identifier).toString('utf8');
    const others = membersOf(identifier);
    if (members === null || others === null) return identifier === path ? [{ attribute, isSingle: false }] : [];
    const isSame = members.length === others.length && members.every((member, i) => member === others[i]);
    return isSame ? [{ attribute, isSingle: true }] : [];
  });
}

/**
 * Gives the member names of a path that names one value at most: `$.a.b`, `$["a"].b`, `.a`, `a`. Null for a path with
 * positions, wildcards, filters or descents.
 */
export function membersOf(path: string): string[] | null {
  const step = /(?:\.([\p{L}_][\p{L}\p{N}_-]*)|\[\s*("(?:[^"\\]|\\["\\])*"|'(?:[^'\\]|\\['\\])*')\s*\])/uy;
  const isRooted = path.startsWith('$');
  const text = isRooted ? path.slice(1) : path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  const members: string[] = [];
  while (step.lastIndex < text.length) {
    const match = step.exec(text);
    if (match === null) return null;
    const [, plain, quoted] = match;
    members.push(plain ?? (quoted ?? '').slice(1, -1).replace(/\\(["'\\])/g, '$1'));
  }
  return members.length === 0 ? null : members;
}

/** Why a column cannot be in an index at all. */
export function notAField(column: TableColumn | undefined): string {
  return column?.role === 'key' ? 'keys are in no index' : 'no field';
}

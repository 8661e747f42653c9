/**
 * The text of a type, as DuckDB's typeof() spells it. The way back, for the types that a column can be declared with, is
 * parse-type.ts.
 */
import type { SqlField, SqlType } from './sql-type.ts';

/**
 * Spells a type as DuckDB does: `DECIMAL(18,3)`, `STRUCT(a INTEGER, b VARCHAR[])`, `MAP(VARCHAR, VARCHAR)`,
 * `TIMESTAMP WITH TIME ZONE`; an alias wins (`JSON`).
 */
export function typeName(type: SqlType): string {
  if (type.alias !== undefined) return type.alias;
  switch (type.id) {
    case 'TIMESTAMPTZ':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'TIMETZ':
      return 'TIME WITH TIME ZONE';
    case 'NULL':
      return '"NULL"';
    case 'DECIMAL':
      return `DECIMAL(${type.width ?? 18},${type.scale ?? 3})`;
    case 'ENUM':
      return `ENUM(${(type.values ?? []).map(quoteLiteral).join(', ')})`;
    case 'LIST':
      return `${childName(type.child)}[]`;
    case 'ARRAY':
      return `${childName(type.child)}[${type.length ?? 0}]`;
    case 'STRUCT':
    case 'UNION':
      return `${type.id}(${(type.fields ?? []).map(fieldText).join(', ')})`;
    case 'MAP':
      return `MAP(${childName(type.key)}, ${childName(type.value)})`;
    default:
      return type.id;
  }
}

function childName(type: SqlType | undefined): string {
  return type === undefined ? '"NULL"' : typeName(type);
}

function fieldText(field: SqlField): string {
  return `${quoteName(field.name)} ${typeName(field.type)}`;
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB leaves plain names bare. Its list of reserved words is not kept here, so `select` stays bare, too. */
function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

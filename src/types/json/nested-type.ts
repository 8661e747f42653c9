/**
 * Reads the types that a column of a document can be declared with: those of parse-type.ts, and of them lists
 * (`BIGINT[]`) and structs (`STRUCT(a BIGINT, "b c" VARCHAR[])`), in one another.
 */
import { RedQueryError } from '../../errors.ts';
import { parseColumnType } from '../parse-type.ts';
import type { SqlField, SqlType } from '../sql-type.ts';

/** As deep as RedisJSON takes documents. */
const MAX_DEPTH = 128;

/**
 * Reads a type's name as DuckDB spells it, in any case and with any spaces.
 * @throws {RedQueryError} RQ_COLUMN_TYPE when it names no type, or one that no JSON value is read as.
 */
export function parseNestedType(text: string): SqlType {
  return readType(text.trim(), text, 0);
}

function readType(text: string, whole: string, depth: number): SqlType {
  if (depth > MAX_DEPTH) throw new RedQueryError('RQ_COLUMN_TYPE', `a type nests at most ${MAX_DEPTH} deep: «${cut(whole)}»`);
  const element = /^([^]*\S)\s*\[\s*\]$/.exec(text)?.[1];
  if (element !== undefined) return { id: 'LIST', child: inner(readType(element, whole, depth + 1), whole) };
  if (/\[\s*\d+\s*\]$/.test(text)) {
    throw new RedQueryError('RQ_COLUMN_TYPE', `«${cut(whole)}»: a list has no fixed length; write BIGINT[], for example`);
  }
  const members = /^STRUCT\s*\(([^]*)\)$/i.exec(text)?.[1];
  if (members !== undefined) return { id: 'STRUCT', fields: fieldsIn(members, whole, depth) };
  try {
    return parseColumnType(text);
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `${error.message}, TYPE[], STRUCT(name TYPE, …)`, { cause: error });
  }
}

function fieldsIn(text: string, whole: string, depth: number): SqlField[] {
  const fields = membersOf(text, whole).map((member): SqlField => {
    const parts = /^\s*(?:"((?:[^"]|"")*)"|([^\s"(),[\]]+))\s+([^]*\S)\s*$/.exec(member);
    const [, quoted, plain, type] = parts ?? [];
    const name = quoted?.replaceAll('""', '"') ?? plain;
    if (name === undefined || name === '' || type === undefined) {
      throw new RedQueryError('RQ_COLUMN_TYPE', `«${cut(whole)}»: «${member.trim()}» is no member of a STRUCT; valid: name TYPE`);
    }
    return { name, type: inner(readType(type, whole, depth + 1), whole) };
  });
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name.toLowerCase())) {
      throw new RedQueryError('RQ_COLUMN_TYPE', `«${cut(whole)}»: a STRUCT has the member «${name}» twice (case is ignored)`);
    }
    names.add(name.toLowerCase());
  }
  return fields;
}

/** Splits at the commas that stand in no brackets and no quotes. */
function membersOf(text: string, whole: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const close = text.indexOf('"', at + 1);
      if (close < 0) throw new RedQueryError('RQ_COLUMN_TYPE', `«${cut(whole)}»: a name lacks its closing quote`);
      at = close;
    } else if (char === '(' || char === '[') depth += 1;
    else if (char === ')' || char === ']') depth -= 1;
    else if (char === ',' && depth === 0) {
      members.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...members, text.slice(from)];
}

/** JSON has texts, no bytes: inside of a list or struct a BLOB would be a text under another name. */
function inner(type: SqlType, whole: string): SqlType {
  if (type.id !== 'BLOB') return type;
  throw new RedQueryError('RQ_COLUMN_TYPE', `«${cut(whole)}»: a list or struct of JSON values holds no BLOB; valid: VARCHAR`);
}

function cut(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

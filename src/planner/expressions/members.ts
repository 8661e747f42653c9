/** Members of structures in conditions: `addr.zip = 'z5'`. No source answers them, but a column declared for one can go down. */
import { isObject, type JsonObject, listAt, objectAt, textAt } from '../plan/plan-nodes.ts';
import { typeNameOf } from './constant.ts';
import { quoted } from './constant-text.ts';

interface Member {
  /** `$.addr.zip`. */
  readonly path: string;
  readonly name: string;
  /** As columns => {…} takes it; null for a structure, list, map or enum. */
  readonly type: string | null;
}

/** Functions that take a member out, where they are given its name: of a list, `array_extract` takes an element. */
const EXTRACTS = new Set(['struct_extract', 'array_extract']);
/** Conditions of one function that a plain column could answer. */
const PUSHABLE = new Set(['prefix', 'starts_with', '^@', '~~']);
const PARTLESS = new Set(['', 'STRUCT', 'LIST', 'ARRAY', 'MAP', 'UNION', 'ENUM', 'INTERVAL']);

/**
 * Says, of the parts of a condition on one member, what would let it go down; null where it is none, or something else in it
 * keeps it with DuckDB.
 */
export function whyMember(parts: readonly JsonObject[]): string | null {
  const calls = parts.filter((part) => textAt(part, 'expression_class') === 'BOUND_FUNCTION');
  const others = calls.filter((call) => !isExtract(call) && !PUSHABLE.has(textAt(call, 'name')));
  const isChanged = parts.some((part) => ['BOUND_CASE', 'BOUND_CAST'].includes(textAt(part, 'expression_class')));
  if (others.length > 0 || isChanged) return null;
  // Of `a.b.c` the outermost call names the whole path; those inside of it are not members of their own.
  const inner = new Set(calls.filter(isExtract).map((call) => listAt(call, 'children')[0]));
  const members = calls.filter((call) => isExtract(call) && !inner.has(call)).map(memberOf);
  const [member] = members;
  if (member == null || members.some((other) => other?.path !== member.path)) return null;
  const { path, name, type } = member;
  if (type === null) return 'a member of a structure';
  const declared = `${quoted(name)}: ${quoted(`${type} ${path}`)}`;
  return `a member of a structure: declare a column for it, columns => {${declared}}`;
}

function isExtract(call: JsonObject): boolean {
  return EXTRACTS.has(textAt(call, 'name')) && memberName(call) !== null;
}

function memberName(call: unknown): string | null {
  const [, name] = listAt(call, 'children');
  const value = textAt(name, 'expression_class') === 'BOUND_CONSTANT' ? objectAt(name, 'value') : null;
  return textAt(objectAt(value, 'type'), 'id') === 'VARCHAR' ? textAt(value, 'value') : null;
}

/** DuckDB finds members without regard to case, a path does not. */
function asDeclared(name: string, structure: unknown): string {
  const type = isObject(structure) ? objectAt(objectAt(structure, 'return_type'), 'type_info') : null;
  const names = listAt(type, 'child_types').map((child) => textAt(child, 'first'));
  return names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

function memberOf(call: JsonObject): Member | null {
  const names: string[] = [];
  let at: unknown = call;
  for (let name = memberName(at); name !== null && isObject(at); name = memberName(at)) {
    [at] = listAt(at, 'children');
    names.unshift(asDeclared(name, at));
  }
  const column = textAt(at, 'expression_class') === 'BOUND_REF' ? textAt(at, 'alias') : '';
  if (column === '') return null;
  const type = typeNameOf(objectAt(call, 'return_type'));
  const path = [column, ...names].map((name) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`));
  return { path: `$${path.join('')}`, name: names.at(-1) ?? column, type: PARTLESS.has(type) ? null : type };
}

/**
 * The tables of Redis as empty tables of the catalog: the statements that make, change and drop them. Their object ids are
 * chosen here (the process runs in binary upgrade mode), from their names, so that they are the same in every process.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { CatalogColumn, CatalogTable } from '../words.ts';
import { FALLBACK_ROLE, OWNER_ROLE } from './process/overrides.ts';

/** What one process has. */
export interface MirrorState {
  /** `Mirror.version` that it is at; -1: nothing was mirrored yet. */
  version: number;
  /** By name: what made the table, and what is said of it. */
  readonly tables: Map<string, { readonly definition: string; readonly about: string; readonly kind: CatalogTable['kind'] }>;
  readonly roles: Set<string>;
  /** Number of the next file; never used twice in a process. */
  nextFile: number;
}

export function emptyState(): MirrorState {
  return { version: -1, tables: new Map(), roles: new Set([FALLBACK_ROLE]), nextFile: FIRST_FILE };
}

const FIRST_FILE = 100_000;
/** Object ids of ours: a block of eight for each name, above what initdb and the baking used. */
const FIRST_ID = 1_000_000;
const BLOCK_IDS = 8;
const BLOCK_COUNT = 200_000_000;

/**
 * Gives each name its object id for the life of the server. They come out of a secret: an id that a user finds somewhere (in
 * pg_depend, in an error) must not confirm a name that they guessed.
 */
export class ObjectIds {
  readonly #secret = randomBytes(32);
  readonly #ids = new Map<string, number>();
  readonly #taken = new Set<number>();

  of(name: string): number {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    let block = createHmac('sha256', this.#secret).update(name).digest().readUInt32BE(0) % BLOCK_COUNT;
    while (this.#taken.has(block)) block = (block + 1) % BLOCK_COUNT;
    this.#taken.add(block);
    const id = FIRST_ID + block * BLOCK_IDS;
    this.#ids.set(name, id);
    return id;
  }
}

/** What of a table makes it another table; two tables with the same text are the same to a statement. */
export function definitionOf(table: CatalogTable): string {
  return definitions.get(table) ?? remember(table);
}
const definitions = new WeakMap<CatalogTable, string>();
function remember(table: CatalogTable): string {
  const columns = table.columns.map((column) => `${quoteName(column.name)} ${typeName(column)}`);
  const text = `${table.kind} ${quoteName(table.schema)}.${quoteName(table.name)} (${columns.join(', ')}) ${table.primaryKey ?? ''}`;
  definitions.set(table, text);
  return text;
}

export function nameOf(table: CatalogTable): string {
  return `${table.schema}.${table.name}`;
}

/** Makes a table, with ids and files of its own. */
export function createStatement(table: CatalogTable, ids: ObjectIds, state: MirrorState): string {
  const id = ids.of(nameOf(table));
  const chosen = [
    `binary_upgrade_set_next_heap_pg_class_oid(${id})`,
    `binary_upgrade_set_next_pg_type_oid(${id + 1})`,
    `binary_upgrade_set_next_array_pg_type_oid(${id + 2})`,
  ];
  if (table.kind === 'table') {
    chosen.push(`binary_upgrade_set_next_heap_relfilenode(${state.nextFile++})`);
    if (table.primaryKey !== null) {
      chosen.push(`binary_upgrade_set_next_index_pg_class_oid(${id + 3})`);
      chosen.push(`binary_upgrade_set_next_index_relfilenode(${state.nextFile++})`);
    }
  }
  return `select ${chosen.map((call) => `pg_catalog.${call}`).join(', ')}; ${bodyOf(table)}`;
}

function bodyOf(table: CatalogTable): string {
  const name = `${quoteName(table.schema)}.${quoteName(table.name)}`;
  if (table.kind === 'view') {
    const columns = table.columns.map((column) => `null::${typeName(column)} as ${quoteName(column.name)}`);
    return `create view ${name} as select ${columns.join(', ')}`;
  }
  const parts = table.columns.map((column) => `${quoteName(column.name)} ${typeName(column)}`);
  if (table.primaryKey !== null) parts.push(`primary key (${quoteName(table.primaryKey)})`);
  return `create table ${name} (${parts.join(', ')})`;
}

/** Comment and estimate; the planner of PostgreSQL takes 100 rows a page here. */
export function aboutStatement(table: CatalogTable, ids: ObjectIds): string {
  const comment = table.comment === null ? 'null' : quoteText(table.comment);
  const about = `comment on ${table.kind} ${quoteName(table.schema)}.${quoteName(table.name)} is ${comment}`;
  if (table.kind === 'view') return about;
  const rows = Math.max(0, Math.round(table.estimatedRows));
  const pages = Math.min(Math.ceil(rows / 100), 2_000_000_000);
  return `${about}; update pg_class set reltuples = ${rows}, relpages = ${pages} where oid = ${ids.of(nameOf(table))}`;
}

export function dropStatement(name: string, kind: CatalogTable['kind']): string {
  const [schema = '', ...rest] = name.split('.');
  return `drop ${kind} if exists ${quoteName(schema)}.${quoteName(rest.join('.'))} cascade`;
}

/**
 * Makes tables unseen until the transaction ends: their rows of the catalog are deleted, which costs a quarter of dropping
 * them; in one statement, since each one's end reads the changed tables anew. For pg_depend see `showDependences`.
 */
export function hideStatement(hidden: readonly CatalogTable[], ids: ObjectIds): string {
  if (hidden.length === 0) return '';
  const idsOf = (...offsets: readonly number[]) => anyOf(hidden, ids, offsets);
  return `with rules as (delete from pg_rewrite where ev_class = ${idsOf(0)}),
comments as (delete from pg_description where objoid = ${idsOf(0)}),
constraints as (delete from pg_constraint where conrelid = ${idsOf(0)}),
indexes as (delete from pg_index where indrelid = ${idsOf(0)}),
columns as (delete from pg_attribute where attrelid = ${idsOf(0, 3)}),
types as (delete from pg_type where oid = ${idsOf(1, 2)})
delete from pg_class where oid = ${idsOf(0, 3)}`;
}

/**
 * Lets a statement read pg_depend, without what is hidden. Nobody may otherwise (overrides.ts): to hide the rows each time
 * would double what hiding 200 tables takes.
 */
export function showDependences(hidden: readonly CatalogTable[], ids: ObjectIds): readonly string[] {
  const own = anyOf(hidden, ids, [0, 1, 2, 3]);
  const deletion = `delete from pg_depend where objid = ${own} or refobjid = ${own}`;
  return [hidden.length === 0 ? '' : deletion, 'grant select on pg_catalog.pg_depend to public'];
}

function anyOf(tables: readonly CatalogTable[], ids: ObjectIds, offsets: readonly number[]): string {
  return `any('{${tables.flatMap((table) => offsets.map((offset) => ids.of(nameOf(table)) + offset)).join()}}'::oid[])`;
}

/** Makes roles unseen until the transaction ends. */
export function hideRolesStatement(roles: readonly string[]): string {
  return roles.length === 0 ? '' : `delete from pg_authid where rolname in (${roles.map(quoteText).join(', ')})`;
}

/** The role of a wire user; names that no role can have share one. */
export function roleOf(user: string): string {
  const isName = user !== '' && user !== OWNER_ROLE && !user.startsWith('pg_') && !['public', 'none'].includes(user);
  return isName && !user.includes('\0') && Buffer.byteLength(user) < NAME_BYTES ? user : FALLBACK_ROLE;
}
/** NAMEDATALEN. */
const NAME_BYTES = 64;

export function createRoleStatement(role: string, ids: ObjectIds): string {
  const id = ids.of(`role ${role}`);
  return `select pg_catalog.binary_upgrade_set_next_pg_authid_oid(${id}); create role ${quoteName(role)} login`;
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteText(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll('\0', '')}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** By type id; what is not here is text to the mirror. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    16: 'boolean',
    17: 'bytea',
    19: 'name',
    20: 'bigint',
    21: 'smallint',
    23: 'integer',
    25: 'text',
    26: 'oid',
    114: 'json',
    700: 'real',
    701: 'double precision',
    1042: 'character',
    1043: 'character varying',
    1082: 'date',
    1083: 'time',
    1114: 'timestamp',
    1184: 'timestamp with time zone',
    1186: 'interval',
    1266: 'time with time zone',
    1560: 'bit',
    1562: 'bit varying',
    1700: 'numeric',
    2950: 'uuid',
    3802: 'jsonb',
    199: 'json[]',
    1000: 'boolean[]',
    1001: 'bytea[]',
    1005: 'smallint[]',
    1007: 'integer[]',
    1009: 'text[]',
    1015: 'character varying[]',
    1016: 'bigint[]',
    1021: 'real[]',
    1022: 'double precision[]',
    1115: 'timestamp[]',
    1182: 'date[]',
    1183: 'time[]',
    1185: 'timestamp with time zone[]',
    1187: 'interval[]',
    1231: 'numeric[]',
    1270: 'time with time zone[]',
    1563: 'bit varying[]',
    2951: 'uuid[]',
    3807: 'jsonb[]',
  }).map(([id, name]) => [Number(id), name]),
);
/** Bytes that a length's modifier counts too many. */
const MODIFIER_HEADER = 4;

function typeName({ typeOid, typeModifier }: CatalogColumn): string {
  const name = TYPE_NAMES.get(typeOid) ?? 'text';
  if (typeModifier < 0) return name;
  const length = typeModifier - MODIFIER_HEADER;
  const parameters = [1700, 1231].includes(typeOid)
    ? `(${length >> 16},${length & 0xffff})`
    : [1042, 1043, 1015].includes(typeOid)
      ? `(${length})`
      : [1560, 1562, 1563].includes(typeOid)
        ? `(${typeModifier})`
        : '';
  return name.endsWith('[]') ? `${name.slice(0, -2)}${parameters}[]` : `${name}${parameters}`;
}

/**
 * Finds a data statement's parameters and columns without running it. PostgreSQL's own binder does it over empty tables of
 * the same shape; what it does not understand, the engine describes.
 */
import type { SqlField } from '../../types/index.ts';
import { PgError } from '../pg-error.ts';
import { DEFAULT_STYLE, pgTypeOf } from '../types/index.ts';
import type {
  BoundValue,
  Catalog,
  CatalogTable,
  DataStatement,
  Description,
  ParsedStatement,
  PgColumn,
  Run,
  ServedTable,
} from '../words.ts';
import { bindValues } from './bound-text.ts';
import type { EngineLink } from './engine-link.ts';

/** How long the columns of a call, once sampled, describe it. The engine's own samples live as long. */
const CALL_TTL_MS = 60_000;
const KEPT_CALLS = 256;

/** What PostgreSQL says of a text that the engine may understand all the same: no such function, type, operator; syntax. */
const ASK_ENGINE: ReadonlySet<string> = new Set([
  '42601',
  '42883',
  '42704',
  '42804',
  '42725',
  '42846',
  '0A000',
  '42P18',
  '22P02',
]);

/** Types that PostgreSQL does not compare or compute with: the engine would cast one of them, row by row. */
const COMPARES = /^operator does not exist: .* (?:[=<>+*/%-]|<>|!=|<=|>=|!?~~\*?) /;

export interface DescriberOptions {
  readonly catalog: Catalog;
  readonly link: EngineLink;
  readonly tableNamed: (name: string) => ServedTable | undefined;
  /** A view of the session's own, in step with what it reads. */
  readonly sessionView: (name: string, run: Run) => Promise<CatalogTable | undefined> | undefined;
}

export class Describer {
  readonly #options: DescriberOptions;
  readonly #calls = new Map<string, { readonly fields: readonly SqlField[]; readonly at: number }>();

  constructor(options: DescriberOptions) {
    this.#options = options;
  }

  /**
   * @param tables of the statement, as `tablesOf` gives them.
   * @throws {PgError} what is wrong with the statement.
   */
  async describe(
    statement: DataStatement,
    parsed: ParsedStatement,
    parameterTypes: readonly number[],
    run: Run,
    tables: readonly CatalogTable[],
  ): Promise<Description> {
    const { describeText } = statement;
    if (describeText === null) return this.#byEngine(statement, parsed, parameterTypes, run);
    try {
      const described = await this.#options.catalog.describe(describeText, parameterTypes, tables, run);
      return { ...described, columns: described.columns?.map(withRowsAsJson) ?? null };
    } catch (error) {
      if (!(error instanceof PgError)) throw error;
      const placed = inStatement(error, statement);
      if (!ASK_ENGINE.has(error.sqlState) || COMPARES.test(error.message)) throw placed;
      // What the engine does not understand either is told in PostgreSQL's words, which have the place.
      return this.#byEngine(statement, parsed, parameterTypes, run).catch(() => Promise.reject(placed));
    }
  }

  /** The tables that PostgreSQL must know to bind the statement, as they are now. @throws {PgError} what is wrong with one */
  async tablesOf(statement: DataStatement, run: Run): Promise<readonly CatalogTable[]> {
    const tables: CatalogTable[] = [];
    for (const name of statement.tables) {
      const table = (await this.#options.sessionView(name, run)) ?? catalogTableOf(this.#options.tableNamed(name));
      if (table !== undefined) tables.push(table);
    }
    for (const { shadow, duckText } of statement.calls) {
      const fields = await this.#callFields(statement, duckText, run);
      tables.push({
        schema: 'shadow',
        name: shadow,
        kind: 'view',
        columns: fields.map(catalogColumnOf),
        primaryKey: null,
        comment: null,
        estimatedRows: 0,
      });
    }
    return tables;
  }

  async #callFields(statement: DataStatement, call: string, run: Run): Promise<readonly SqlField[]> {
    // Columns that are there only where a statement names them.
    const named = ['_ttl', '_fields', '_json'].filter((name) => statement.duckText.toLowerCase().includes(name));
    const key = `${call}\0${named.join()}`;
    const known = this.#calls.get(key);
    if (known !== undefined && performance.now() - known.at < CALL_TTL_MS) return known.fields;
    const { link } = this.#options;
    const none: DataStatement = { ...statement, tables: [] };
    const fields = await this.#withColumns(link, none, call, named, run);
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined && this.#calls.size >= KEPT_CALLS) this.#calls.delete(oldest);
    this.#calls.set(key, { fields, at: performance.now() });
    return fields;
  }

  async #withColumns(
    link: EngineLink,
    statement: DataStatement,
    call: string,
    named: readonly string[],
    run: Run,
  ): Promise<readonly SqlField[]> {
    const plain = await link.columnsOf(statement, `FROM ${call}`, [], run.session, run.signal);
    const has = new Set(plain.map(({ name }) => name));
    const missing = named.filter((name) => !has.has(name));
    if (missing.length === 0) return plain;
    const text = `FROM ${call} ORDER BY ${missing.join(', ')}`;
    return link.columnsOf(statement, text, [], run.session, run.signal).catch(() => plain);
  }

  async #byEngine(
    statement: DataStatement,
    { parameterCount }: ParsedStatement,
    parameterTypes: readonly number[],
    run: Run,
  ): Promise<Description> {
    const types = Array.from({ length: Math.max(parameterCount, parameterTypes.length) }, (_, at) => parameterTypes[at] || 25);
    const nulls: BoundValue[] = types.map((typeOid) => ({ typeOid, format: 0, bytes: null }));
    const bound = bindValues(statement, nulls.slice(0, parameterCount), DEFAULT_STYLE);
    const fields = await this.#options.link.columnsOf(statement, bound.text, bound.values, run.session, run.signal);
    return { parameterTypes: types, columns: fields.map(columnOf) };
  }

  /** Forgets what calls look like. */
  forget(): void {
    this.#calls.clear();
  }
}

/** The first oid that a type of PostgreSQL's own cannot have: the type of a table's rows has one behind it. */
const FIRST_OWN_OID = 16384;
const RECORD_OIDS = [2249, 2287];
const JSON_OID = 114;

/** Whole rows, `SELECT t FROM t`, go out as json: their type is that of a table which the client cannot look up by its oid. */
function withRowsAsJson(column: PgColumn): PgColumn {
  if (column.typeOid < FIRST_OWN_OID && !RECORD_OIDS.includes(column.typeOid)) return column;
  return { ...column, typeOid: JSON_OID, typeSize: -1, typeModifier: -1 };
}

/** A field of the engine as a column of no table. */
export function columnOf({ name, type }: SqlField): PgColumn {
  const { oid, size, modifier } = pgTypeOf(type);
  return { name, tableOid: 0, columnNumber: 0, typeOid: oid, typeSize: size, typeModifier: modifier };
}

/** A served table as the catalog mirrors it. */
export function catalogTableOf(table: ServedTable): CatalogTable;
export function catalogTableOf(table: ServedTable | undefined): CatalogTable | undefined;
export function catalogTableOf(table: ServedTable | undefined): CatalogTable | undefined {
  if (table === undefined) return undefined;
  const known = mirrored.get(table);
  if (known !== undefined) return known;
  const { name, kind, columns, primaryKey, comment, estimatedRows } = table;
  const made: CatalogTable = {
    schema: 'public',
    name,
    kind,
    columns: columns.map(catalogColumnOf),
    primaryKey,
    comment,
    estimatedRows,
  };
  mirrored.set(table, made);
  return made;
}
/** The catalog compares its tables by identity first: one table of ours stays one of its. */
const mirrored = new WeakMap<ServedTable, CatalogTable>();

export function catalogColumnOf({ name, type }: SqlField): CatalogTable['columns'][number] {
  const { oid, modifier } = pgTypeOf(type);
  return { name, typeOid: oid, typeModifier: modifier };
}

/** The place of an error in the text that was described, as the place in the client's own text. */
function inStatement(error: PgError, { mapPosition }: DataStatement): PgError {
  const { position } = error.details;
  if (mapPosition === undefined || position === undefined) return error;
  return new PgError(error.sqlState, error.message, { ...error.details, position: mapPosition(position) });
}

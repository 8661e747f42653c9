/**
 * Finds tables in a strange database: one for each shape of keys (`user:*`), one for each search index. Bounded: a sample of
 * the keys, a sample of values a table, at most so many tables.
 */
import type { Session } from '../../engine/index.ts';
import { RedQueryError } from '../../errors.ts';
import { quoteLiteral } from '../../sql/index.ts';
import {
  freeTableName,
  globOf,
  identifierFrom,
  isWorthTable,
  type KeyShape,
  keyShapesIn,
  literalGlob,
  needsTemplate,
  patternOf,
  TYPE_TABLES,
  tableNameOf,
  templateOf,
} from '../../storage/index.ts';
import { type SqlField, type SqlType, typeName } from '../../types/index.ts';
import type { ServedTable } from '../words.ts';

/** Keys that are looked at. */
const SAMPLE_KEYS = 10_000;
const MOST_TABLES = 200;

/**
 * Looks at the database and gives its tables.
 * @throws {RedQueryError} as a statement; a table whose values cannot be read is left out.
 */
export async function discoverTables(session: Session, signal?: AbortSignal): Promise<readonly ServedTable[]> {
  const run = signal === undefined ? {} : { signal };
  const sample = await session.query("SELECT _key, _type FROM redis_keys('*') LIMIT $1", [SAMPLE_KEYS], run).rows();
  const keys = sample.map((row) => ({ key: String(row['_key']), type: String(row['_type']) }));
  const keyCount = keys.length < SAMPLE_KEYS ? keys.length : Math.max(keys.length, await databaseSize(session, run));
  const shapes = keyShapesIn(keys).filter(isWorthTable).slice(0, MOST_TABLES);
  const tables = new Map<string, ServedTable>();
  for (const shape of shapes) {
    const estimate = Math.round((shape.count / Math.max(1, keys.length)) * keyCount);
    const table = await tableOfShape(session, shape, shapes, estimate, freeTableName(tableNameOf(shape), shape.type, tables));
    if (table !== null) tables.set(table.name, table);
    signal?.throwIfAborted();
  }
  for (const table of await indexTables(session, tables)) tables.set(table.name, table);
  return [...tables.values()];
}

async function tableOfShape(
  session: Session,
  shape: KeyShape,
  all: readonly KeyShape[],
  estimatedRows: number,
  name: string,
): Promise<ServedTable | null> {
  const source = TYPE_TABLES[shape.type];
  if (source === undefined) return null;
  const glob = globOf(shape);
  try {
    const call = (pattern: string): string => `${source.functionName}(${quoteLiteral(pattern)})`;
    const isTemplate = needsTemplate(shape, all);
    let pattern = patternOf(shape, all);
    let described = await session.describe(call(pattern));
    const fields = new Set(described.filter((column) => column.sample !== null).map((column) => column.name.toLowerCase()));
    // A capture hides a field of its name: captures give way.
    if (isTemplate && described.some((column) => isRenamed(column.name, fields))) {
      const names = new Set([...fields].map((name) => name.replace(/_2$/, '')));
      pattern = templateOf(shape, new Set([...fields, ...names]));
      described = await session.describe(call(pattern));
    }
    const sampled = described.filter((column) => column.sample !== null);
    const columns = sampled.map((column) => `${quoteLiteral(column.name)}: ${quoteLiteral(shownType(column.type))}`);
    const declared = source.isSampled && columns.length > 0 ? `, columns => {${columns.join(', ')}}` : '';
    const select = `SELECT * FROM ${source.functionName}(${quoteLiteral(pattern)}${declared})`;
    return {
      name,
      kind: source.isKeyed ? 'table' : 'view',
      columns: await fieldsOf(session, select),
      primaryKey: source.isKeyed ? '_key' : null,
      comment: call(pattern),
      select,
      patterns: [glob],
      estimatedRows,
    };
  } catch (error) {
    return leftOut(error);
  }
}

/** Objects are JSON: what PostgreSQL does with them, text included, is done with JSON. Lists of plain values stay arrays. */
function shownType(type: SqlType): string {
  return isNested(type) ? 'JSON' : typeName(type);
}

function isNested({ id, child }: SqlType): boolean {
  if (id === 'STRUCT' || id === 'MAP' || id === 'UNION') return true;
  return child !== undefined && (child.child !== undefined || isNested(child));
}

/** True for `id_2`: a field `id` beside a capture of that name. */
function isRenamed(name: string, fields: ReadonlySet<string>): boolean {
  return name.endsWith('_2') && fields.has(name.toLowerCase()) && !fields.has(name.slice(0, -2).toLowerCase());
}

async function fieldsOf(session: Session, select: string): Promise<readonly SqlField[]> {
  const result = session.query(`SELECT * FROM (${select}) LIMIT 0`);
  try {
    return await result.schema();
  } finally {
    await result.close();
  }
}

/** A table for each index that is not one of a shape already: its documents, as redis_search gives them. */
async function indexTables(session: Session, taken: ReadonlyMap<string, ServedTable>): Promise<readonly ServedTable[]> {
  const tables = new Map(taken);
  const found: ServedTable[] = [];
  for (const row of await indexRows(session)) {
    const index = String(row['name']);
    const select = `SELECT * FROM redis_search(${quoteLiteral(index)}, '*')`;
    const prefixes = Array.isArray(row['prefixes']) ? row['prefixes'].map(String) : [];
    const patterns = prefixes.map((prefix) => `${literalGlob(prefix)}*`);
    // A table of the same keys uses the index by itself.
    if (patterns.length === 1 && [...taken.values()].some((table) => table.patterns[0] === patterns[0])) continue;
    try {
      const table: ServedTable = {
        name: freeTableName(identifierFrom(index), 'index', tables),
        kind: 'table',
        columns: await fieldsOf(session, select),
        primaryKey: '_key',
        comment: `redis_search(${quoteLiteral(index)}, '*')`,
        select,
        patterns,
        estimatedRows: Number(row['num_docs'] ?? 0),
      };
      tables.set(table.name, table);
      found.push(table);
    } catch (error) {
      leftOut(error);
    }
  }
  return found;
}

async function indexRows(session: Session): Promise<readonly Readonly<Record<string, unknown>>[]> {
  try {
    return await session.query('SELECT name, prefixes, num_docs FROM redis_indexes()').rows();
  } catch (error) {
    // A server without the search module has no indexes.
    if (error instanceof RedQueryError && (error.code === 'RQ_NO_SEARCH' || error.code === 'RQ_REDIS_PERMISSION')) return [];
    throw error;
  }
}

async function databaseSize(session: Session, run: { readonly signal?: AbortSignal }): Promise<number> {
  const rows = await session
    .query(
      "SELECT sum(CAST(regexp_extract(value, 'keys=(\\d+)', 1) AS BIGINT)) AS keys FROM redis_info() WHERE section = 'Keyspace'",
      undefined,
      run,
    )
    .rows();
  return Number(rows[0]?.['keys'] ?? 0);
}

/** What is wrong with one table hides that table only; a lost connection ends the search. */
function leftOut(error: unknown): null {
  if (error instanceof RedQueryError && error.kind !== 'io' && error.kind !== 'cancelled') return null;
  throw error;
}

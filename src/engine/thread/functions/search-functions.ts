/**
 * Registers the search predicates: `match(text, query)`, `geo_within(point, longitude, latitude, radius, unit)` and
 * `vector_distance(vector, vector [, metric])`. The last two are computed here for any row; what a text matches only an
 * index knows, so that `match` is true for rows that came out of it, and an error everywhere else.
 */
import { valueReader } from '../../../arrow/readers/values.ts';
import { RedQueryError } from '../../../errors.ts';
import { type Connection, type DataChunk, DuckType, type LogicalType, native, type Vector } from '../../duckdb.ts';
import { BatchCollector } from '../../vectors/columns-from-vectors.ts';
import { sqlTypeFrom } from '../../vectors/sql-types.ts';
import { writeColumn } from '../../vectors/vectors-from-columns.ts';
import type { Statement } from '../statement/statement.ts';
import { GEO_UNITS, geoDistance, pointFrom, type VectorMetric, vectorDistance } from './measures.ts';
import type { StatementOf } from './redis-functions.ts';

interface ScalarFunction {
  readonly name: string;
  readonly parameters: readonly number[];
  /** The type of further arguments; null: there are none. */
  readonly rest: number | null;
  readonly result: number;
  /** Bytes of a result. */
  readonly byteWidth: 1 | 8;
  /** Computes one row of arguments, none of which is NULL; null is NULL. */
  compute(values: readonly unknown[], statement: Statement): number | boolean | null;
}

const { VARCHAR, DOUBLE, ANY, BOOLEAN } = DuckType;

const FUNCTIONS: readonly ScalarFunction[] = [
  { name: 'match', parameters: [VARCHAR, VARCHAR], rest: null, result: BOOLEAN, byteWidth: 1, compute: matched },
  {
    name: 'geo_within',
    parameters: [VARCHAR, DOUBLE, DOUBLE, DOUBLE, VARCHAR],
    rest: null,
    result: BOOLEAN,
    byteWidth: 1,
    compute: geoWithin,
  },
  { name: 'vector_distance', parameters: [ANY, ANY], rest: VARCHAR, result: DOUBLE, byteWidth: 8, compute: distance },
];

/** Registers all of them with an instance. */
export function registerSearchFunctions(connection: Connection, statementOf: StatementOf): void {
  for (const spec of FUNCTIONS) register(connection, statementOf, spec);
}

function register(connection: Connection, statementOf: StatementOf, spec: ScalarFunction): void {
  const scalar = native.create_scalar_function();
  native.scalar_function_set_name(scalar, spec.name);
  for (const id of spec.parameters) native.scalar_function_add_parameter(scalar, logical(id));
  if (spec.rest !== null) native.scalar_function_set_varargs(scalar, logical(spec.rest));
  native.scalar_function_set_return_type(scalar, logical(spec.result));
  native.scalar_function_set_bind(scalar, (info) => {
    const context = native.scalar_function_get_client_context(info);
    const statement = statementOf(native.client_context_get_connection_id(context));
    native.scalar_function_set_bind_data(info, { statement });
  });
  native.scalar_function_set_function(scalar, (info, input, output) => {
    // Only the bind above sets this function's bind data.
    const { statement } = native.scalar_function_get_bind_data(info) as { readonly statement: Statement };
    statement.guard(() => computeChunk(spec, statement, input, output));
  });
  native.register_scalar_function(connection, scalar);
}

function logical(id: number): LogicalType {
  return native.create_logical_type(id);
}

function computeChunk(spec: ScalarFunction, statement: Statement, input: DataChunk, output: Vector): void {
  const types = Array.from({ length: native.data_chunk_get_column_count(input) }, (_, index) =>
    sqlTypeFrom(native.vector_get_column_type(native.data_chunk_get_vector(input, index))),
  );
  const collector = new BatchCollector(types);
  collector.append(input);
  const { rowCount, columns } = collector.take();
  const readers = columns.map((column, index) => valueReader(types[index] ?? { id: 'NULL' }, column, { integers: 'number' }));
  const results = new (spec.byteWidth === 1 ? Uint8Array : Float64Array)(rowCount);
  const validity = new Uint8Array((rowCount + 7) >> 3);
  for (let row = 0; row < rowCount; row++) {
    const values = readers.map((read) => read(row));
    const result = values.includes(null) ? null : spec.compute(values, statement);
    if (result === null) continue;
    results[row] = Number(result);
    validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
  }
  const { byteWidth } = spec;
  writeColumn(output, { layout: 'fixed', byteWidth, values: results.buffer, validity: validity.buffer }, 0, rowCount, false);
}

function matched(_: readonly unknown[], statement: Statement): boolean {
  statement.assertMatched();
  return true;
}

/** A text that is no point lies nowhere: the module would not have indexed it either. */
function geoWithin([point, longitude, latitude, radius, unit]: readonly unknown[]): boolean | null {
  const metres = GEO_UNITS[String(unit).toLowerCase()];
  if (metres === undefined) throw new RedQueryError('RQ_ARGUMENT', `geo_within: no unit '${String(unit)}'; valid: m, km, mi, ft`);
  const from = pointFrom(String(point));
  return from === null ? null : geoDistance(from, [Number(longitude), Number(latitude)]) <= Number(radius) * metres;
}

function distance([a, b, metric = 'cosine']: readonly unknown[]): number | null {
  const name = String(metric).toLowerCase();
  if (!isMetric(name)) {
    throw new RedQueryError('RQ_ARGUMENT', `vector_distance: no metric '${String(metric)}'; valid: cosine, l2, ip`);
  }
  const [left, right] = [vectorFrom(a), vectorFrom(b)];
  return left === null || right === null || left.length !== right.length ? null : vectorDistance(left, right, name);
}

function isMetric(name: string): name is VectorMetric {
  return name === 'cosine' || name === 'l2' || name === 'ip';
}

/**
 * A list of numbers, or bytes of FLOAT32, as the module keeps vectors; null for other bytes and lists, which are no vector.
 * @throws {RedQueryError} RQ_ARGUMENT for a value of another type, which never is one.
 */
function vectorFrom(value: unknown): ArrayLike<number> | null {
  if (!Array.isArray(value) && !(value instanceof Uint8Array)) {
    throw new RedQueryError(
      'RQ_ARGUMENT',
      "vector_distance takes lists of numbers, or BLOBs of FLOAT32; cast a text: '[0.9, 0.1]'::FLOAT[]",
    );
  }
  if (Array.isArray(value)) {
    const numbers = value.map(Number);
    return numbers.some(Number.isNaN) ? null : numbers;
  }
  if (value.length % 4 !== 0) return null;
  return new Float32Array(value.slice().buffer);
}

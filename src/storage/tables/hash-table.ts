/**
 * A call of `redis_hash`, bound: its named arguments checked, and the columns that SQL sees (the key, the fields, and the
 * virtual columns that the statement names). Plain data in and out; asks no server.
 */
import { RedQueryError } from '../../errors.ts';
import { parseColumnType, type SqlType } from '../../types/index.ts';
import { keyBytesOf } from '../keys/printable.ts';
import type { OnError, TableColumn } from '../scan-words.ts';
import type { BoundCall, NamedArgument, NamedArguments, SchemaNeed, TableCall } from './table-source.ts';

/** The checked arguments of a call. */
export interface HashArguments {
  /** Fields and their types in the order of `columns`; null where they are to be inferred. */
  readonly declared: readonly DeclaredColumn[] | null;
  readonly onError: OnError;
  /** Most rows a batch carries. */
  readonly batchRows: number;
  /** Name of the server; 'default' is the session's own. */
  readonly server: string;
  /** Hashes to sample where columns are inferred. */
  readonly sampleSize: number;
  /** True: inferred columns are VARCHAR, whatever they hold. */
  readonly allVarchar: boolean;
}

interface DeclaredColumn {
  readonly name: string;
  readonly type: SqlType;
}

export const ARGUMENT_NAMES = [
  'columns',
  'sample_size',
  'all_varchar',
  'on_error',
  'batch_size',
  'server',
  'index',
  'access',
] as const;
type ArgumentName = (typeof ARGUMENT_NAMES)[number];

const LIMITS = { sampleSize: 100_000, batchRows: 65_536 } as const;
const DEFAULTS = { sampleSize: 1_000, batchRows: 8_192, server: 'default' } as const;
const ON_ERROR: readonly OnError[] = ['error', 'null', 'skip'];

const VARCHAR: SqlType = { id: 'VARCHAR' };
const KEY_COLUMN: TableColumn = { name: '_key', type: VARCHAR, role: 'key' };
const TTL_COLUMN: TableColumn = { name: '_ttl', type: { id: 'BIGINT' }, role: 'ttl' };
const FIELDS_COLUMN: TableColumn = { name: '_fields', type: { id: 'MAP', key: VARCHAR, value: VARCHAR }, role: 'fields' };

/**
 * Checks a call and gives its columns.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function bindHashTable(call: TableCall): BoundCall {
  const { declared, onError, batchRows, server } = hashArgumentsFrom(call.named);
  const fields =
    declared?.map(fieldOfDeclared) ??
    call.inferred?.columns.map(({ field, name, type }) => ({ field, name, type, isInferred: canChange(type) })) ??
    [];
  const columns = columnsFor(fields, call.mentions);
  const pattern = call.positional[0] ?? '';
  return {
    columns,
    onError,
    batchRows,
    server,
    pattern,
    template: null,
    options: {},
    index: 'auto',
    accessChoice: 'auto',
  };
}

/** Says what to sample for a call without declared columns. */
export function hashSampleFor(call: TableCall): SchemaNeed | null {
  const { declared, server, sampleSize, allVarchar } = hashArgumentsFrom(call.named);
  if (declared !== null) return null;
  return { source: 'hash', server, pattern: call.positional[0] ?? '', sampleSize, allVarchar };
}

/**
 * Checks the named arguments of a call.
 * @throws {RedQueryError} RQ_ARGUMENT, RQ_COLUMN_TYPE, RQ_UNKNOWN_ARGUMENT: the value and what is valid.
 */
export function hashArgumentsFrom(named: NamedArguments): HashArguments {
  for (const name of Object.keys(named)) {
    if (!isArgumentName(name)) {
      throw new RedQueryError('RQ_UNKNOWN_ARGUMENT', `redis_hash has no argument «${name}»; valid: ${ARGUMENT_NAMES.join(', ')}`);
    }
  }
  return {
    declared: declaredFrom(given(named, 'columns')),
    onError: onErrorFrom(given(named, 'on_error')),
    batchRows: wholeNumberFrom('batch_size', given(named, 'batch_size'), DEFAULTS.batchRows, LIMITS.batchRows),
    server: serverFrom(given(named, 'server')),
    sampleSize: wholeNumberFrom('sample_size', given(named, 'sample_size'), DEFAULTS.sampleSize, LIMITS.sampleSize),
    allVarchar: booleanFrom('all_varchar', given(named, 'all_varchar')),
  };
}

function isArgumentName(name: string): name is ArgumentName {
  return ARGUMENT_NAMES.some((valid) => valid === name);
}

function given(named: NamedArguments, name: ArgumentName): Exclude<NamedArgument, null> | undefined {
  return Object.hasOwn(named, name) ? (named[name] ?? undefined) : undefined;
}

function declaredFrom(value: Exclude<NamedArgument, null> | undefined): readonly DeclaredColumn[] | null {
  if (value === undefined) return null;
  if (typeof value !== 'object') throw invalid('columns', value, "a record of fields and types, {'age': 'BIGINT'}");
  const members: [string, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  return members.map(([name, type]) => {
    if (typeof type !== 'string') throw invalid(`columns → ${name}`, String(type), "a type's name, 'BIGINT'");
    return { name, type: declaredType(name, type) };
  });
}

function declaredType(name: string, type: string): SqlType {
  try {
    return parseColumnType(type);
  } catch (error) {
    if (!(error instanceof RedQueryError)) throw error;
    throw new RedQueryError(error.code, `column «${name}»: ${error.message}`, { cause: error });
  }
}

function onErrorFrom(value: Exclude<NamedArgument, null> | undefined): OnError {
  if (value === undefined) return 'error';
  const found = typeof value === 'string' ? ON_ERROR.find((valid) => valid === value.toLowerCase()) : undefined;
  if (found === undefined) throw invalid('on_error', value, "'error', 'null' or 'skip'");
  return found;
}

function serverFrom(value: Exclude<NamedArgument, null> | undefined): string {
  if (value === undefined) return DEFAULTS.server;
  if (typeof value !== 'string' || value === '')
    throw invalid('server', value, "the name of a server from the session's options");
  return value;
}

function wholeNumberFrom(
  name: ArgumentName,
  value: Exclude<NamedArgument, null> | undefined,
  otherwise: number,
  most: number,
): number {
  if (value === undefined) return otherwise;
  const isValid = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
  if (!isValid) throw invalid(name, value, `a whole number from 1 to ${most}`);
  return value;
}

function booleanFrom(name: ArgumentName, value: Exclude<NamedArgument, null> | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw invalid(name, value, 'true or false');
  return value;
}

function invalid(name: string, value: unknown, valid: string): RedQueryError {
  const shown = typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? String(value) : JSON.stringify(value);
  return new RedQueryError('RQ_ARGUMENT', `the argument ${name} of redis_hash is ${shown}; valid: ${valid}`);
}

interface FieldColumn {
  readonly field: Uint8Array;
  readonly name: string;
  readonly type: SqlType;
  readonly isInferred: boolean;
}

/** Text and bytes are kept as they are, whoever chose the type. */
function canChange({ id }: SqlType): boolean {
  return id !== 'VARCHAR' && id !== 'BLOB';
}

/** A declared name stands for exactly that field; `\xHH` from 80 up for a byte that is no UTF-8, as in inferred names. */
function fieldOfDeclared({ name, type }: DeclaredColumn): FieldColumn {
  return { field: keyBytesOf(name), name, type, isInferred: false };
}

/** Reserved names come first: a field that is called `_key` becomes `_key_2`. */
function columnsFor(fields: readonly FieldColumn[], mentions: ReadonlySet<string>): TableColumn[] {
  const front = mentions.has('_ttl') ? [KEY_COLUMN, TTL_COLUMN] : [KEY_COLUMN];
  const back = mentions.has('_fields') ? [FIELDS_COLUMN] : [];
  const names = freeNames(
    [...front, ...back].map(({ name }) => name),
    fields.map(({ name }) => (name === '' ? '_empty' : name)),
  );
  const columns = fields.map(({ field, name, type, isInferred }, index): TableColumn => {
    return { name: names[index] ?? name, type, role: 'field', field, ...(isInferred ? { isInferred } : {}) };
  });
  return [...front, ...columns, ...back];
}

/**
 * DuckDB ignores case in names (of ASCII letters only): `Name` behind `name` becomes `Name_2`, or the next number that no
 * field has for a name.
 */
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

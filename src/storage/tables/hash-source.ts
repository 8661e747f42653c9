/**
 * Hashes as a table: what of a filter Redis can be asked for (named keys, a narrower pattern), and the scan tasks that
 * follow. Plain data in and out; asks no server. DuckDB checks every filter again.
 */
import { isPrintableEscapeIn, type SqlType } from '../../types/index.ts';
import { escapeGlob, globMatches, hasSignedRange, literalOf, prefixOf } from '../keys/glob.ts';
import { ALL, intersect, type KeySet, NONE, prefixReach, type Reach, unite } from '../keys/key-reach.ts';
import { termsOf } from '../keys/predicate-terms.ts';
import { printableBytes } from '../keys/printable.ts';
import type { ScanSettings } from '../scan-settings.ts';
import type {
  AccessPath,
  Constant,
  FilterAnswer,
  Predicate,
  ScanBudget,
  ScanPlan,
  ScanRequest,
  ScanTask,
  TableColumn,
} from '../scan-words.ts';
import { ARGUMENT_NAMES, bindHashTable, hashSampleFor } from './hash-table.ts';
import type { TableSource } from './table-source.ts';

/** What a pattern covers, taken apart once a request. */
interface PatternShape {
  readonly bytes: Uint8Array;
  /** The reach that says the same as the pattern; null for a pattern with wildcards inside. */
  readonly reach: Reach | null;
  /** False where which keys match may depend on the server's processor: keys are not picked here then. */
  readonly canPickKeys: boolean;
}

/** An unknown filter: it may select anything. */
const UNKNOWN: KeySet = { reach: ALL, isExact: false };
const SHOWN_KEYS = 3;

/** The table of `redis_hash`. Pushes `_key =`, `_key IN`, and prefixes of `_key` under patterns like `user:*`. */
export const hashSource: TableSource = {
  source: 'hash',
  functionName: 'redis_hash',
  positional: ['pattern'],
  argumentNames: ARGUMENT_NAMES,
  sampleFor: hashSampleFor,
  bind: bindHashTable,
  classify,
  plan,
};

function classify(filter: Predicate, request: ScanRequest): FilterAnswer {
  return answerOf(keySetOf(filter, request.columns, shapeOf(request.pattern)));
}

function plan(request: ScanRequest): ScanPlan {
  const shape = shapeOf(request.pattern);
  const filtered = request.filter === null ? { reach: ALL, isExact: true } : keySetOf(request.filter, request.columns, shape);
  const access = accessFor(shape, filtered);
  const task: ScanTask = {
    source: 'hash',
    server: request.server,
    access,
    columns: request.projection.flatMap((position) => request.columns[position] ?? []),
    checkedColumns: request.onError === 'skip' ? checkedColumnsOf(request) : [],
    onError: request.onError,
    batchRows: request.batchRows,
    rowLimit: filtered.isExact ? request.rowLimit : null,
    template: request.template,
    options: request.options,
    range: null,
    rowsPerKey: null,
    budget: budgetOf(request.settings),
  };
  return {
    request,
    access,
    accessText: accessTextOf(access),
    filterAnswer: answerOf(filtered),
    tasks: [task],
    conjuncts: [],
    commands: [],
    remarks: [],
    advice: null,
    estimatedRows: null,
  };
}

function answerOf({ reach, isExact }: KeySet): FilterAnswer {
  if (isExact) return 'exact';
  return reach.kind === 'all' ? 'unsupported' : 'inexact';
}

function shapeOf(pattern: string): PatternShape {
  const bytes = Buffer.from(pattern, 'utf8');
  const literal = literalOf(bytes);
  const prefix = prefixOf(bytes);
  const reach: Reach | null = literal !== null ? { kind: 'keys', keys: [literal] } : prefix !== null ? prefixReach(prefix) : null;
  return { bytes, reach, canPickKeys: reach !== null || !hasSignedRange(bytes) };
}

function keySetOf(filter: Predicate, columns: readonly TableColumn[], shape: PatternShape): KeySet {
  switch (filter.kind) {
    case 'and':
      return termsOf(filter)
        .map((child) => keySetOf(child, columns, shape))
        .reduce(intersect, { reach: ALL, isExact: true });
    case 'or':
      return unite(termsOf(filter).map((child) => keySetOf(child, columns, shape)));
    case 'not':
    case 'call':
    case 'opaque':
      return UNKNOWN;
    case 'comparison':
      return isKey(filter.column, columns) && filter.op === '=' ? keysOf([filter.value], shape) : UNKNOWN;
    case 'in':
      return isKey(filter.column, columns) ? keysOf(filter.values, shape) : UNKNOWN;
    case 'prefix':
      return isKey(filter.column, columns) ? prefixedBy(filter.prefix, shape) : UNKNOWN;
    case 'isNull':
      // Every row has a key.
      return isKey(filter.column, columns) ? { reach: NONE, isExact: true } : UNKNOWN;
    case 'isNotNull':
      return isKey(filter.column, columns) ? { reach: ALL, isExact: true } : UNKNOWN;
    default:
      return filter satisfies never;
  }
}

function isKey(position: number, columns: readonly TableColumn[]): boolean {
  return columns[position]?.role === 'key';
}

/** NULL equals nothing. One constant that names no single key makes the whole list unusable. */
function keysOf(constants: readonly Constant[], shape: PatternShape): KeySet {
  if (!shape.canPickKeys) return UNKNOWN;
  const keys: Uint8Array[] = [];
  for (const constant of constants) {
    if (constant.value === null) continue;
    if (!isKeyText(constant)) return UNKNOWN;
    const key = Buffer.from(constant.value, 'utf8');
    if (globMatches(shape.bytes, key)) keys.push(key);
  }
  return unite([{ reach: { kind: 'keys', keys }, isExact: true }]);
}

/** A text with an escape may stand for a key of other bytes: `\xff` is how the byte ff is shown. */
function isKeyText(constant: Constant): constant is Constant & { readonly value: string } {
  const { type, value } = constant;
  return type === 'VARCHAR' && typeof value === 'string' && value.isWellFormed() && !isPrintableEscapeIn(value);
}

/** Says nothing under a pattern with wildcards inside. What may be (the start of) an escape is cut off. */
function prefixedBy(text: string, shape: PatternShape): KeySet {
  if (shape.reach === null || !text.isWellFormed()) return UNKNOWN;
  const certain = /^[^]*?(?=\\x[89a-f][0-9a-f]|\\(?:x[89a-f]?)?$)/.exec(text)?.[0] ?? text;
  const isExact = certain.length === text.length;
  if (!isExact && certain === '') return UNKNOWN;
  return { reach: prefixReach(Buffer.from(certain, 'utf8')), isExact };
}

function accessFor(shape: PatternShape, filtered: KeySet): AccessPath {
  const { reach } = shape.reach === null ? filtered : intersect({ reach: shape.reach, isExact: true }, filtered);
  switch (reach.kind) {
    case 'all':
      return { kind: 'scan', pattern: shape.bytes };
    case 'keys':
      return reach.keys.length === 0 ? { kind: 'empty' } : { kind: 'keys', keys: reach.keys };
    case 'prefix':
      return { kind: 'scan', pattern: patternOf(reach.prefix, shape) };
    default:
      return reach satisfies never;
  }
}

/** The user's own pattern stays as it was written when nothing narrows it. */
function patternOf(prefix: Uint8Array, shape: PatternShape): Uint8Array {
  const own = shape.reach?.kind === 'prefix' ? shape.reach.prefix : null;
  return own !== null && own.length === prefix.length ? shape.bytes : Buffer.concat([escapeGlob(prefix), Buffer.from('*')]);
}

/** A BLOB takes every value, so there is nothing to check. */
function checkedColumnsOf(request: ScanRequest): TableColumn[] {
  const projected = new Set(request.projection);
  return request.columns.filter(
    (column, position) => column.role === 'field' && !projected.has(position) && !takesAnything(column.type),
  );
}

function takesAnything(type: SqlType): boolean {
  return type.id === 'BLOB';
}

function budgetOf({ maxScanKeys, maxScanBytes, scanRate }: ScanSettings): ScanBudget {
  return { maxKeys: maxScanKeys, maxBytes: maxScanBytes, keysPerSecond: scanRate };
}

function accessTextOf(access: AccessPath): string {
  switch (access.kind) {
    case 'empty':
      return 'nothing';
    case 'scan':
      return printableBytes(access.pattern);
    case 'keys': {
      const shown = access.keys.slice(0, SHOWN_KEYS).map(printableBytes).join(', ');
      const more = access.keys.length - SHOWN_KEYS;
      return more > 0 ? `${shown} and ${more} more` : shown;
    }
    case 'search':
      return `${access.index} ${access.query}`;
    case 'series':
      return access.filters.join(' ');
    case 'command':
      return '';
    default:
      return access satisfies never;
  }
}

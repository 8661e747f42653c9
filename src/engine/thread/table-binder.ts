/**
 * Binds the calls of one statement: a call's arguments to the columns of its table, from a declaration, from the view
 * that it stands in, or from a sample that the session has; what must be sampled first is noted.
 */
import type { ScanGroup } from '../../planner/index.ts';
import { type ScanArguments, scanKeyOf } from '../../planner/plan/scan-arguments.ts';
import { quoteLiteral } from '../../sql/quote.ts';
import type { ScanRequest, TableColumn } from '../../storage/index.ts';
import { bindHashTable, type HashTable } from '../../storage/tables/hash-table.ts';
import type { SchemaNeed } from '../protocol.ts';
import type { ThreadSession } from './thread-session.ts';

/** A call of a table function, bound: its columns and the key under which it meets its filters. */
export interface BoundTable {
  readonly key: string;
  readonly title: string;
  readonly pattern: string;
  readonly columns: readonly TableColumn[];
  readonly table: HashTable;
  readonly expectedRows: number;
  /** Hashes that the columns were inferred from; null where they were declared. */
  readonly sampledKeys: number | null;
}

/** What DuckDB's optimiser is told of a scan whose size is not known. */
const EXPECTED_ROWS = 100_000;

export class TableBinder {
  readonly bound = new Map<string, BoundTable>();
  readonly missing: SchemaNeed[] = [];
  readonly notes: string[] = [];
  readonly #session: ThreadSession;

  constructor(session: ThreadSession) {
    this.#session = session;
  }

  /** Where columns were inferred, a column that is unknown may only have been missed by the sample. */
  hintAboutSamples(): string | undefined {
    const inferred = [...this.bound.values()].find((bound) => bound.sampledKeys !== null);
    if (inferred === undefined) return undefined;
    const count = inferred.sampledKeys === 1 ? '1 hash' : `${inferred.sampledKeys} hashes`;
    return `The columns of ${inferred.title} were inferred from ${count}; declare what a sample may miss: columns => {'name': 'VARCHAR'}.`;
  }

  /** Gives a call's columns; notes what must be sampled first, and throws, where they are not known. */
  bind(args: ScanArguments): BoundTable {
    const key = scanKeyOf(args);
    const known = this.bound.get(key);
    if (known !== undefined) return known;
    const { _scan: tag, ...named } = args.named;
    const pattern = String(args.positional[0]);
    const mentions = this.#session.mentionsOf(tag);
    const isDeclared = named['columns'] !== undefined && named['columns'] !== null;
    let sampledKeys: number | null = null;
    let table = bindHashTable({ pattern, named, inferred: null, mentions });
    const pinned = this.#session.pinnedColumns(key);
    if (!isDeclared && pinned === null) {
      const need = { server: table.server, pattern, sampleSize: table.sampleSize, allVarchar: table.allVarchar };
      const schema = this.#session.schemaOf(need);
      if (schema === null) {
        this.missing.push(need);
        throw new Error('a schema must be sampled first');
      }
      sampledKeys = schema.sampledKeys;
      this.notes.push(...schema.notes.filter((note) => !this.notes.includes(note)));
      table = bindHashTable({ pattern, named, inferred: schema, mentions });
    }
    const title = `${args.functionName}(${quoteLiteral(pattern)})`;
    const bound = { key, title, pattern, columns: pinned ?? table.columns, table, expectedRows: EXPECTED_ROWS, sampledKeys };
    this.bound.set(key, bound);
    return bound;
  }
}

/** The scan that a bound call is, once its projection and its filters are known. */
export function scanRequestOf(bound: BoundTable, projection: readonly number[], group: ScanGroup | undefined): ScanRequest {
  return {
    source: 'hash',
    server: bound.table.server,
    pattern: bound.pattern,
    columns: bound.columns,
    projection,
    filter: group?.filter ?? null,
    rowLimit: group?.rowLimit ?? null,
    onError: bound.table.onError,
    batchRows: bound.table.batchRows,
  };
}

/** What clients see as tables, and the seam to PostgreSQL's catalog, which mirrors them. */
import type { SqlField } from '../../types/index.ts';
import type { PgColumn, PlannedQuery, Run } from './queries.ts';

/** A table of the schema `public`: a declared view, or one that was discovered. */
export interface ServedTable {
  readonly name: string;
  /** 'table' where a row is a key (it has a primary key), 'view' else. */
  readonly kind: 'table' | 'view';
  readonly columns: readonly SqlField[];
  /** The column that is the primary key; null: none. */
  readonly primaryKey: string | null;
  /** What it reads, such as `redis_hash('user:*')`; shown as the comment. */
  readonly comment: string;
  /** The text of the view in the engine's dialect. */
  readonly select: string;
  /** The key patterns that it reads; empty: unknown, then only users with all keys see it. */
  readonly patterns: readonly string[];
  readonly estimatedRows: number;
}

export interface CatalogColumn {
  readonly name: string;
  readonly typeOid: number;
  readonly typeModifier: number;
}

/** A table as the catalog mirrors it. */
export interface CatalogTable {
  readonly schema: 'public' | 'shadow';
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly CatalogColumn[];
  readonly primaryKey: string | null;
  readonly comment: string | null;
  readonly estimatedRows: number;
}

/** A statement's parameters and columns, found without running it. */
export interface Description {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[] | null;
}

/** PostgreSQL's own catalog, in a process of its own that is started when it is first needed. */
export interface Catalog {
  /**
   * Describes a text over mirrored tables. `tables` are those that must exist (others may, too).
   * @throws {PgError} PostgreSQL's own words, SQLSTATE and position.
   */
  describe(text: string, parameterTypes: readonly number[], tables: readonly CatalogTable[], run: Run): Promise<Description>;
  /** Plans a catalog query. `visible`: the tables of `public` that this session's user may see. */
  plan(text: string, parameterTypes: readonly number[], visible: readonly CatalogTable[], run: Run): Promise<PlannedQuery>;
  /** The catalog's answer to a change of what there is; what is gone is dropped, what stays keeps its oid. */
  setTables(tables: readonly CatalogTable[]): void;
  close(): Promise<void>;
}

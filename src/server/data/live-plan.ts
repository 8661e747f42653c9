/**
 * A data statement with its description, which holds as long as its tables look as they did: keys and fields of Redis change
 * beneath a prepared statement, as tables do beneath PostgreSQL's (plancache.c).
 */
import { PgError } from '../pg-error.ts';
import type { CatalogTable, DataStatement, Description, ParsedStatement, Run } from '../words.ts';

/** What describes a statement, and knows its tables as they are now. */
export interface Describes {
  describe(
    statement: DataStatement,
    parsed: ParsedStatement,
    parameterTypes: readonly number[],
    run: Run,
    tables: readonly CatalogTable[],
  ): Promise<Description>;
  tablesOf(statement: DataStatement, run: Run): Promise<readonly CatalogTable[]>;
}

export class LivePlan {
  readonly statement: DataStatement;
  readonly description: Description;
  readonly #parsed: ParsedStatement;
  readonly #describer: Describes;
  #tables: readonly CatalogTable[];

  private constructor(
    statement: DataStatement,
    parsed: ParsedStatement,
    description: Description,
    describer: Describes,
    tables: readonly CatalogTable[],
  ) {
    this.statement = statement;
    this.description = description;
    this.#parsed = parsed;
    this.#describer = describer;
    this.#tables = tables;
  }

  /** @throws {PgError} what is wrong with the statement. */
  static async of(
    describer: Describes,
    statement: DataStatement,
    parsed: ParsedStatement,
    parameterTypes: readonly number[],
    run: Run,
  ): Promise<LivePlan> {
    const tables = await describer.tablesOf(statement, run);
    const description = await describer.describe(statement, parsed, parameterTypes, run, tables);
    return new LivePlan(statement, parsed, description, describer, tables);
  }

  /** True where a table has got other columns since the statement was described. */
  async isStale(run: Run): Promise<boolean> {
    const tables = await this.#describer.tablesOf(this.statement, run);
    if (!areSame(this.#tables, tables)) return true;
    this.#tables = tables;
    return false;
  }

  /**
   * Describes the statement anew where its tables have changed.
   * @throws {PgError} 0A000 it would give other columns than the client was told, by which drivers prepare it again; what has
   * become wrong with it.
   */
  async assertCurrent(run: Run): Promise<void> {
    if (!(await this.isStale(run))) return;
    const again = await LivePlan.of(this.#describer, this.statement, this.#parsed, this.description.parameterTypes, run);
    if (!giveTheSame(this.description, again.description)) {
      throw new PgError('0A000', 'cached plan must not change result type');
    }
    this.#tables = again.#tables;
  }
}

function areSame(before: readonly CatalogTable[], now: readonly CatalogTable[]): boolean {
  if (before.length !== now.length) return false;
  return before.every((table, at) => {
    const other = now[at];
    return other !== undefined && (table === other || (table.name === other.name && shapeOf(table) === shapeOf(other)));
  });
}

function shapeOf({ columns }: CatalogTable): string {
  return JSON.stringify(columns.map(({ name, typeOid, typeModifier }) => [name, typeOid, typeModifier]));
}

function giveTheSame(told: Description, now: Description): boolean {
  const shape = ({ columns }: Description): string =>
    JSON.stringify(columns?.map(({ name, typeOid, typeModifier }) => [name, typeOid, typeModifier]));
  return shape(told) === shape(now);
}

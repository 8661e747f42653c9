/**
 * Plans a client's statements: says who answers each (a constant, the catalog, the engine), describes it, and gives what
 * runs it. One planner a client.
 */

import { routeStatement } from '../dialect/route.ts';
import { PgError, pgErrorFrom } from '../pg-error.ts';
import type { TableKeeper } from '../tables/table-keeper.ts';
import type {
  Catalog,
  CatalogTable,
  DataStatement,
  ParsedStatement,
  PlannedQuery,
  QueryPlanner,
  Route,
  Run,
  ServedTable,
  WireUser,
} from '../words.ts';
import { DataQuery } from './data-query.ts';
import { catalogTableOf, Describer } from './describer.ts';
import type { EngineLink } from './engine-link.ts';
import { explainQuery } from './explain-query.ts';
import { FixedQuery } from './fixed-query.ts';
import { instantQuery, sleepQuery } from './instant-query.ts';
import { LivePlan } from './live-plan.ts';

export interface EnginePlannerOptions {
  readonly user: WireUser;
  readonly catalog: Catalog;
  readonly tables: Pick<TableKeeper, 'tables' | 'ready' | 'refresh'>;
  readonly link: EngineLink;
}

/** A view that the client has made: as the catalog mirrors it, and what it reads. */
interface SessionView {
  readonly table: CatalogTable;
  readonly plan: LivePlan;
  readonly parsed: ParsedStatement;
}

export class EnginePlanner implements QueryPlanner {
  readonly #options: EnginePlannerOptions;
  readonly #describer: Describer;
  #isFirst = true;
  /** Views that this client has made. */
  readonly #views = new Map<string, SessionView>();
  /** Views whose tables are being looked at. */
  readonly #inCheck = new Set<string>();

  constructor(options: EnginePlannerOptions) {
    this.#options = options;
    this.#describer = new Describer({
      catalog: options.catalog,
      link: options.link,
      tableNamed: (name) => this.#tableNamed(name),
      sessionView: (name, run) => this.#sessionView(name, run),
    });
  }

  async plan(statement: ParsedStatement, parameterTypes: readonly number[], run: Run): Promise<PlannedQuery> {
    try {
      return await this.#planFound(statement, parameterTypes, run);
    } catch (error) {
      if (run.signal.aborted && run.signal.reason instanceof PgError) throw run.signal.reason;
      const failure = pgErrorFrom(error);
      // Where neither grammar takes it, PostgreSQL's own words and position are the better ones.
      throw failure.sqlState === '42601' && statement.syntaxError instanceof PgError ? statement.syntaxError : failure;
    }
  }

  /** Plans; where a table is missing, it is looked for in the database first. */
  async #planFound(statement: ParsedStatement, parameterTypes: readonly number[], run: Run): Promise<PlannedQuery> {
    try {
      return await this.#plan(statement, parameterTypes, run);
    } catch (error) {
      if (pgErrorFrom(error).sqlState !== '42P01' || !(await this.#options.tables.refresh())) throw error;
      return await this.#plan(statement, parameterTypes, run);
    }
  }

  async #plan(statement: ParsedStatement, parameterTypes: readonly number[], run: Run): Promise<PlannedQuery> {
    if (this.#isFirst) {
      await this.#options.tables.ready;
      this.#isFirst = false;
    }
    const route = this.#route(statement, run);
    switch (route.kind) {
      case 'instant':
        return instantQuery(route, run, (again) => this.#route(statement, again));
      case 'catalog':
        return this.#options.catalog.plan(route.text, parameterTypes, this.#visible(), run);
      case 'sleep':
        return sleepQuery(route);
      case 'data': {
        const plan = await LivePlan.of(this.#describer, route.statement, statement, parameterTypes, run);
        return new DataQuery(plan, this.#options.link);
      }
      case 'explain': {
        const { description } = await LivePlan.of(this.#describer, route.statement, statement, parameterTypes, run);
        return explainQuery(route, description, this.#options.link, this.#estimateOf(route.statement));
      }
      case 'createView':
        return this.#createView(route, statement);
      case 'dropView':
        return this.#dropView(route);
      default:
        return route satisfies never;
    }
  }

  #route(statement: ParsedStatement, run: Run): Route {
    // PostgreSQL looks into pg_catalog first: nobody's view stands before it.
    const isTable = (name: string): boolean =>
      !name.startsWith('pg_') && (this.#views.has(name) || this.#tableNamed(name) !== undefined);
    return routeStatement(statement, { facts: run.session, isTable });
  }

  #createView(route: Extract<Route, { kind: 'createView' }>, statement: ParsedStatement): PlannedQuery {
    const { name, body, isReplace } = route;
    const rows = async (_: unknown, run: Run) => {
      if (!isReplace && (this.#views.has(name) || this.#tableNamed(name) !== undefined))
        throw new PgError('42P07', `relation "${name}" already exists`);
      await this.#makeView(name, body, statement, run);
      return [];
    };
    return new FixedQuery({ columns: null, tag: 'CREATE VIEW', hasCount: false, rows });
  }

  async #makeView(name: string, body: DataStatement, parsed: ParsedStatement, run: Run): Promise<CatalogTable> {
    const plan = await LivePlan.of(this.#describer, body, parsed, [], run);
    await this.#options.link.createView(name, body, run.session, run.signal);
    const columns = plan.description.columns ?? [];
    const table: CatalogTable = {
      schema: 'public',
      name,
      kind: 'view',
      columns: columns.map(({ name: column, typeOid, typeModifier }) => ({ name: column, typeOid, typeModifier })),
      primaryKey: null,
      comment: null,
      estimatedRows: this.#estimateOf(body),
    };
    this.#views.set(name, { table, plan, parsed });
    return table;
  }

  /** A view as it is now: made anew where what it reads has got other columns. Undefined: the session has none. */
  #sessionView(name: string, run: Run): Promise<CatalogTable | undefined> | undefined {
    const view = this.#views.get(name);
    return view === undefined ? undefined : this.#inStep(name, view, run);
  }

  async #inStep(name: string, { table, plan, parsed }: SessionView, run: Run): Promise<CatalogTable> {
    // A view that replaced what it reads names itself, at last.
    if (this.#inCheck.has(name)) return table;
    this.#inCheck.add(name);
    try {
      return (await plan.isStale(run)) ? await this.#makeView(name, plan.statement, parsed, run) : table;
    } catch (error) {
      const { sqlState, message, details } = pgErrorFrom(error);
      // The position is that of the view's text.
      const { position: _, ...rest } = details;
      throw new PgError(sqlState, message, rest);
    } finally {
      this.#inCheck.delete(name);
    }
  }

  #dropView({ names, ifExists }: Extract<Route, { kind: 'dropView' }>): PlannedQuery {
    const rows = (_: unknown, run: Run) => {
      for (const name of names) {
        if (this.#views.has(name)) this.#options.link.forgetView(name);
        else if (this.#tableNamed(name) !== undefined)
          throw new PgError('25006', `cannot execute DROP VIEW in a read-only transaction`, {
            hint: `"${name}" belongs to the server; a session drops the views that it has made itself`,
          });
        else if (ifExists)
          run.notice({ severity: 'NOTICE', sqlState: '00000', message: `view "${name}" does not exist, skipping` });
        else throw new PgError('42P01', `view "${name}" does not exist`);
        this.#views.delete(name);
      }
      return [];
    };
    return new FixedQuery({ columns: null, tag: 'DROP VIEW', hasCount: false, rows });
  }

  #tableNamed(name: string): ServedTable | undefined {
    return this.#options.tables.tables.named(name, this.#options.user);
  }

  #visible(): readonly CatalogTable[] {
    const tables = this.#options.tables.tables.visibleTo(this.#options.user).map((table) => catalogTableOf(table));
    return [...tables.filter(({ name }) => !this.#views.has(name)), ...[...this.#views.values()].map(({ table }) => table)];
  }

  #estimateOf(statement: DataStatement): number {
    const rows = statement.tables.map((name) => this.#tableNamed(name)?.estimatedRows ?? 0);
    return Math.max(1, ...rows);
  }

  async discard(): Promise<void> {
    this.#views.clear();
    this.#describer.forget();
    await this.#options.link.close();
  }

  async close(): Promise<void> {
    await this.discard();
  }
}

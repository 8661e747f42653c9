/**
 * What a user of the server may do in SQL: SELECT and its kin over their own views, tables over Redis and functions that compute;
 * views and macros of their own. Everything else is refused before DuckDB binds it. The lists are in functions.ts; docs/security.md
 * says what they protect. Files and the network are closed in DuckDB itself, too (thread-host.ts).
 */
import { RedQueryError } from '../../../errors.ts';
import type { Classification, StatementKind } from '../../../sql/classify.ts';
import { offsetFromBytes } from '../../../sql/splice.ts';
import { TABLE_SOURCES } from '../../../storage/tables/sources.ts';
import { type Connection, readText } from '../../duckdb.ts';
import { BOUNDED_NAMES } from './bounded-functions.ts';
import { MOST_ADDED, OWN_MACRO, type Weight, weigh, writtenIn } from './expansion.ts';
import { type FunctionVerdict, judgeScalar, judgeTable } from './functions.ts';
import { ShapeCache } from './shape-cache.ts';
import { bodyOf, isPlainForm } from './statement-heads.ts';
import { namesUsedIn, type StatementNames, type UsedName } from './statement-names.ts';

/** What the sandboxes of one instance share. */
export interface SandboxBase {
  /** DuckDB's own macros, lower case. */
  readonly macros: ReadonlySet<string>;
  /** Names of DuckDB's own views that an unqualified name may mean, lower case. */
  readonly reserved: ReadonlySet<string>;
  readonly shapes: ShapeCache;
}

/** DuckDB's own views: `FROM duckdb_settings`, `FROM pg_class`. */
const RESERVED = `SELECT string_agg(DISTINCT lower(view_name), ' ') FROM duckdb_views() WHERE internal`;
const OWN_MACROS = `SELECT string_agg(DISTINCT lower(function_name), ' ') FROM duckdb_functions()
  WHERE function_type IN ('macro', 'table_macro')`;

const OUR_TABLES: ReadonlySet<string> = new Set(TABLE_SOURCES.map(({ functionName }) => functionName));
/** What SHOW and DESCRIBE may be asked beside tables: SHOW TABLES, which lists the session's own. */
const SHOWN = new Set(['"tables"']);
/** Each is in memory as long as its session. */
const MOST_OBJECTS = 1000;
const WRITING: ReadonlySet<StatementKind> = new Set(['createTable', 'insert', 'update', 'delete', 'merge', 'drop']);

/** Asks an instance for what its sandboxes share. */
export async function sandboxBase(connection: Connection): Promise<SandboxBase> {
  const views = (await readText(connection, RESERVED)) ?? '';
  const macros = (await readText(connection, OWN_MACROS)) ?? '';
  return { reserved: new Set(views.split(' ')), macros: new Set(macros.split(' ')), shapes: new ShapeCache() };
}

/** One session's. */
export class Sandbox {
  readonly #base: SandboxBase;
  readonly #views = new Map<string, Weight>();
  readonly #macros = new Map<string, Weight>();

  constructor(base: SandboxBase) {
    this.#base = base;
  }

  /**
   * Lets a statement pass, or throws; nothing of it has been bound by then. Gives what a view or macro adds to others.
   * @param text as DuckDB will get it.
   * @throws {RedQueryError} RQ_FORBIDDEN, RQ_READ_ONLY, RQ_UNKNOWN_TABLE, RQ_UNKNOWN_FUNCTION, RQ_SYNTAX
   */
  async check(connection: Connection, text: string, { kind, target }: Classification): Promise<Weight | null> {
    switch (kind) {
      case 'select':
      case 'describe':
        return this.#checkQuery(connection, text, 0);
      case 'explain':
      case 'createView':
      case 'createMacro': {
        if (target !== null) this.#checkNewName(target.name.toLowerCase(), kind === 'createMacro');
        const body = bodyOf(text, kind);
        if (body === null) throw plainFormError(kind);
        return this.#checkQuery(connection, body.prefix + body.text, body.offset - body.prefix.length);
      }
      case 'drop':
      case 'set':
        if (isPlainForm(text, kind)) return null;
        if (kind === 'set') throw plainFormError(kind);
        break;
      default:
    }
    if (WRITING.has(kind))
      throw new RedQueryError('RQ_READ_ONLY', 'a user of the server has views and macros only; nothing is written');
    throw new RedQueryError('RQ_FORBIDDEN', 'a user of the server cannot run such a statement');
  }

  /**
   * Notes what a statement that has succeeded made or dropped.
   * @param weight what `check` gave for it.
   */
  keep({ kind, target }: Classification, weight: Weight | null): void {
    if (target === null) return;
    const objects = target.objectKind === 'view' ? this.#views : this.#macros;
    const name = target.name.toLowerCase();
    if (kind === 'drop') objects.delete(name);
    else if (weight !== null && (kind === 'createView' || kind === 'createMacro')) objects.set(name, weight);
  }

  async #checkQuery(connection: Connection, text: string, offset: number): Promise<Weight> {
    const { shapes, macros } = this.#base;
    const shape = shapes.shapeOf(text);
    const known = shape === null ? undefined : shapes.get(shape);
    const names = known ?? (await namesAt(connection, text, offset, macros));
    if (known === undefined && shape !== null) shapes.keep(shape, names, text);
    // Places of another text of the same shape are not those of this one.
    this.#checkNames(names, known === undefined ? { text, offset } : null);
    return this.#checkWeight(names);
  }

  #checkWeight({ expansion }: StatementNames): Weight {
    const weight = weigh(
      expansion,
      (name) => this.#views.get(name) ?? this.#macros.get(name) ?? (this.#base.macros.has(name) ? OWN_MACRO : null),
    );
    if (weight.expressions - writtenIn(expansion) <= MOST_ADDED) return weight;
    throw new RedQueryError('RQ_FORBIDDEN', 'views, macros or lambdas inside each other make the statement too large', {
      hint: `They may add ${MOST_ADDED} expressions to those that are written.`,
    });
  }

  /** @param place the text that the names stand in, and where it begins in the statement; null: not known. */
  #checkNames(names: StatementNames, place: { readonly text: string; readonly offset: number } | null): void {
    const refuse = (code: 'RQ_FORBIDDEN' | 'RQ_UNKNOWN_TABLE' | 'RQ_UNKNOWN_FUNCTION', used: UsedName, why: string): never => {
      const { byteOffset } = used;
      if (place === null || byteOffset === null) throw new RedQueryError(code, why);
      throw new RedQueryError(code, why, { position: offsetFromBytes(place.text, byteOffset) + place.offset });
    };
    for (const used of names.commonTables) {
      if (this.#base.reserved.has(used.name)) refuse('RQ_FORBIDDEN', used, `WITH ${used.name}: the name is taken; give another`);
    }
    const common = new Set(names.commonTables.map(({ name }) => name));
    for (const used of names.tables) {
      const why = this.#refusalOfTable(used, common);
      if (why !== null) refuse(why.code, used, why.message);
    }
    for (const used of names.shows)
      if (!SHOWN.has(used.name) || used.qualifiers.length > 0) refuse('RQ_FORBIDDEN', used, CANNOT_SHOW);
    for (const used of names.types) if (!isOwn(used)) refuse('RQ_FORBIDDEN', used, `no type ${qualifiedName(used)} for you`);
    for (const used of names.functions) this.#checkFunction(used, judgeScalar(used.name), refuse);
    for (const used of names.tableFunctions) this.#checkFunction(used, judgeTable(used.name, OUR_TABLES), refuse);
  }

  #refusalOfTable(
    used: UsedName,
    common: ReadonlySet<string>,
  ): { readonly code: 'RQ_FORBIDDEN' | 'RQ_UNKNOWN_TABLE'; readonly message: string } | null {
    const { name, qualifiers } = used;
    const isKnown = this.#views.has(name) || (qualifiers.length === 0 && common.has(name));
    if (isOwn(used) && isKnown) return null;
    if (!isOwn(used) || this.#base.reserved.has(name))
      return { code: 'RQ_FORBIDDEN', message: `${qualifiedName(used)} is not for users of the server` };
    return { code: 'RQ_UNKNOWN_TABLE', message: `no table or view "${name}"` };
  }

  #checkFunction(
    used: UsedName,
    verdict: FunctionVerdict,
    refuse: (code: 'RQ_FORBIDDEN' | 'RQ_UNKNOWN_FUNCTION', used: UsedName, why: string) => never,
  ): void {
    // `main` is looked for in all catalogs of the path: DuckDB's parser writes main.like_escape().
    const isBounded = BOUNDED_NAMES.has(used.name) && verdict.kind === 'allowed';
    const isPlain = used.qualifiers.every((part) => part === 'main' || (part === 'pg_catalog' && !isBounded));
    if (!isPlain) refuse('RQ_FORBIDDEN', used, `${qualifiedName(used)}() is not for users of the server; write the name alone`);
    if (verdict.kind === 'refused')
      refuse('RQ_FORBIDDEN', used, `${used.name}() is not for users of the server: it ${verdict.reason}`);
    if (verdict.kind === 'unknown' && !this.#macros.has(used.name))
      refuse('RQ_UNKNOWN_FUNCTION', used, `no function ${used.name}()`);
  }

  /** A macro called as a function of DuckDB would be that function where it is no macro: `FROM read_csv(…)`. */
  #checkNewName(name: string, isMacro: boolean): void {
    const verdicts = isMacro ? [judgeScalar(name), judgeTable(name, OUR_TABLES)] : [];
    const isTaken = verdicts.some((verdict) => verdict.kind !== 'unknown') || name === 'redis_agg';
    if (isTaken || this.#base.reserved.has(name))
      throw new RedQueryError('RQ_FORBIDDEN', `the name "${name}" is taken; give another`);
    if (this.#views.size + this.#macros.size >= MOST_OBJECTS)
      throw new RedQueryError('RQ_FORBIDDEN', `a session has ${MOST_OBJECTS} views and macros at most; drop some`);
  }
}

/** @throws {RedQueryError} with its place in the statement. */
async function namesAt(
  connection: Connection,
  text: string,
  offset: number,
  ownMacros: ReadonlySet<string>,
): Promise<StatementNames> {
  const mayBeMacro = (name: string): boolean => ownMacros.has(name) || judgeScalar(name).kind === 'unknown';
  try {
    return await namesUsedIn(connection, text, mayBeMacro);
  } catch (error) {
    throw moved(error, offset);
  }
}

const CANNOT_SHOW = 'SHOW and DESCRIBE are for your own tables and settings: SHOW TABLES, DESCRIBE name';

function isOwn({ qualifiers }: UsedName): boolean {
  return qualifiers.every((part) => part === 'main') && qualifiers.length < 2;
}

function qualifiedName({ name, qualifiers }: UsedName): string {
  return [...qualifiers, name].join('.');
}

function plainFormError(kind: StatementKind): RedQueryError {
  const forms: Partial<Record<StatementKind, string>> = {
    createView: 'CREATE [OR REPLACE] VIEW name [(columns)] AS SELECT …',
    createMacro: 'CREATE [OR REPLACE] MACRO name(parameters) AS [TABLE] …',
    explain: 'EXPLAIN [ANALYZE] SELECT …',
    set: 'SET name = value',
  };
  return new RedQueryError(
    'RQ_FORBIDDEN',
    `a user of the server writes ${forms[kind] ?? 'this'}, without comments before the body`,
  );
}

/** Moves an error's place from the body to the statement. */
function moved(error: unknown, offset: number): unknown {
  if (!(error instanceof RedQueryError) || error.position === undefined || offset === 0) return error;
  return new RedQueryError(error.code, error.message, {
    position: Math.max(0, error.position + offset),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

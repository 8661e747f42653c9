/**
 * Binds the calls of one statement: a call's arguments to the columns of its table, from a declaration, from the view
 * that it stands in, or from a sample that the session has; what must be sampled first is noted.
 */
import { RedQueryError } from '../../../errors.ts';
import { predicateText } from '../../../planner/explain/predicate-text.ts';
import type { ScanGroup } from '../../../planner/index.ts';
import { type ScanArguments, scanKeyOf } from '../../../planner/plan/scan-arguments.ts';
import { isName, tokensOf } from '../../../sql/lexer.ts';
import { quoteLiteral } from '../../../sql/quote.ts';
import type {
  AccessAnswer,
  InferredSchema,
  Predicate,
  ScanPlan,
  ScanRequest,
  ScanSettings,
  TableColumn,
} from '../../../storage/index.ts';
import { sourceOfFunction } from '../../../storage/tables/sources.ts';
import type { BoundCall, SchemaNeed, TableCall, TableSource } from '../../../storage/tables/table-source.ts';
import type { ThreadSession } from '../thread-session.ts';

/** A call of a table function, bound: its columns and the key under which it meets its filters. */
export interface BoundTable {
  readonly key: string;
  /** `redis_hash('user:*')`. */
  readonly title: string;
  readonly source: TableSource;
  readonly call: BoundCall;
  /** Those of the call, or those that its view was made with. */
  readonly columns: readonly TableColumn[];
  readonly expectedRows: number;
  /** The sample that the columns were inferred from; null where they were declared, or are those of a view. */
  readonly schema: InferredSchema | null;
}

/** What DuckDB's optimiser is told of a scan whose size is not known. */
const EXPECTED_ROWS = 100_000;

export class TableBinder {
  readonly bound = new Map<string, BoundTable>();
  readonly missing: SchemaNeed[] = [];
  readonly notes: string[] = [];
  readonly #session: ThreadSession;
  readonly #isMarked: boolean;

  /** @param isMarked gives each table a number of expected rows of its own, by which its operators in a plan are known. */
  constructor(session: ThreadSession, isMarked = false) {
    this.#session = session;
    this.#isMarked = isMarked;
  }

  /** Where columns were inferred, a column that is unknown may only have been missed by the sample. `column`: null where it is not known. */
  hintAboutSamples(column: string | null): string | undefined {
    const inferred = [...this.bound.values()].find(({ schema, source }) => schema !== null && takesNewColumns(source));
    if (inferred?.schema == null) return undefined;
    const { sampledKeys } = inferred.schema;
    const count = sampledKeys === 1 ? '1 key' : `${sampledKeys.toLocaleString('en-US')} keys`;
    const declared = `columns => {${quoteLiteral(column ?? 'name')}: 'VARCHAR'}`;
    return `The columns of ${inferred.title} were inferred from ${count}; declare what a sample may miss: ${declared}.`;
  }

  /** Why columns that the text names are of the type they are, where a sample had reasons for more than one. */
  hintAboutTypes(text: string): string | undefined {
    const notes = [...this.bound.values()].flatMap((bound) => bound.schema?.columnNotes ?? []);
    const named = new Set(tokensOf(text).flatMap((token) => (isName(token) ? [token.value.toLowerCase()] : [])));
    const about = notes.filter(({ column }) => named.has(column.toLowerCase()));
    if (about.length === 0) return undefined;
    const types = new Map(about.map(({ column, declarable }) => [column, declarable ?? 'VARCHAR']));
    const declared = [...types].map(([column, type]) => `${quoteLiteral(column)}: '${type}'`).join(', ');
    return `${[...new Set(about.map(({ text: said }) => said))].join(' ')} Declare the types that you want: columns => {${declared}}.`;
  }

  /** Gives a call's columns; notes what must be sampled first, and throws, where they are not known. */
  bind(args: ScanArguments): BoundTable {
    const key = scanKeyOf(args);
    const known = this.bound.get(key);
    if (known !== undefined) return known;
    const source = sourceOfFunction(args.functionName);
    if (source === undefined) throw new RedQueryError('RQ_INTERNAL', `no source is called ${args.functionName}`);
    const { _scan: tag, ...named } = args.named;
    const positional = args.positional.map(String);
    const blank: TableCall = { positional, named, inferred: null, mentions: this.#session.mentionsOf(tag) };
    const pinned = this.#session.pinnedColumns(key);
    const need = pinned === null ? source.sampleFor(blank) : null;
    const schema = need === null ? null : this.#schemaFor(need);
    const call = source.bind({ ...blank, inferred: schema });
    const bound = {
      key,
      title: `${args.functionName}(${positional.map(quoteLiteral).join(', ')})`,
      source,
      call,
      columns: pinned ?? call.columns,
      expectedRows: EXPECTED_ROWS + (this.#isMarked ? this.bound.size : 0),
      // An index says what its attributes are: nothing was inferred.
      schema: need?.source === 'search' ? null : schema,
    };
    this.bound.set(key, bound);
    return bound;
  }

  /** Gives what a sample brought; where there is none yet, notes that it is missing, and throws. */
  #schemaFor(need: SchemaNeed): InferredSchema {
    const schema = this.#session.schemaOf(need);
    if (schema === null) {
      this.missing.push(need);
      throw new Error('a schema must be sampled first');
    }
    this.notes.push(...schema.notes.filter((note) => !this.notes.includes(note)));
    return schema;
  }
}

/** The scan that a bound call is, once its projection and its filters are known. */
export function scanRequestOf(
  { source: { source }, call, columns, title }: BoundTable,
  projection: readonly number[],
  group: ScanGroup | undefined,
  settings: ScanSettings,
): ScanRequest {
  const { server, pattern, template, options, index, accessChoice, onError, batchRows } = call;
  const given = group?.filter ?? null;
  // A filter that may not go down is still there: what stands above it must not pass it.
  const filter = given === null || settings.pushdownFilters ? given : keptFilter(given, columns);
  return {
    ...{
      source,
      server,
      pattern,
      template,
      options,
      index,
      accessChoice,
      columns,
      projection,
      onError,
      batchRows,
      settings,
      title,
    },
    filter,
    rowLimit: settings.pushdownLimits ? (group?.rowLimit ?? null) : null,
    topN: settings.pushdownOrder ? (group?.topN ?? null) : null,
  };
}

function keptFilter(filter: Predicate, columns: readonly TableColumn[]): Predicate {
  const names = columns.map(({ name }) => name);
  return { kind: 'opaque', text: predicateText(filter, names), why: 'pushdown_filters is off' };
}

/** Plans a request by its source. */
export function planOf({ source }: BoundTable, request: ScanRequest, answer: AccessAnswer | null): ScanPlan {
  return source.plan(request, answer);
}

/** Sources whose columns are what their keys hold; those of others are fixed. */
function takesNewColumns({ source }: TableSource): boolean {
  return source === 'hash' || source === 'json' || source === 'stream' || source === 'timeseries';
}

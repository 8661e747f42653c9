/** What an EXPLAIN gives beside DuckDB's plan: one more row, or, for a structured one, data. */
import type { Batch } from '../../../arrow/index.ts';
import { classifyStatement, type ExplainedStatement } from '../../../sql/classify.ts';
import type { SqlField } from '../../../types/index.ts';
import { type Connection, native } from '../../duckdb.ts';
import type { EngineExplanation } from '../../protocol.ts';
import { drawingIn, type ExplainedScans, explainedScans, explainRows } from './explain-batch.ts';
import { fieldsOf, prepareOne } from './prepared.ts';

export interface ExplanationOptions {
  readonly explain: ExplainedStatement;
  readonly isStructured: boolean;
  /** Of the statement; they fill while it is planned and runs. */
  readonly sources: Pick<ExplainedScans, 'feeds' | 'bound' | 'planner'>;
}

export class Explanation {
  /** Null before the end, and where it is not structured. */
  explained: EngineExplanation | null = null;
  readonly #options: ExplanationOptions;
  #fields: readonly SqlField[] = [];
  /** The columns of the statement behind EXPLAIN. */
  #schema: readonly SqlField[] = [];
  /** What EXPLAIN ANALYZE has drawn. */
  #drawing = '';

  constructor(options: ExplanationOptions) {
    this.#options = options;
  }

  /**
   * Notes the columns.
   * @param text the statement as DuckDB got it.
   */
  async prepare(connection: Connection, text: string, fields: readonly SqlField[]): Promise<void> {
    this.#fields = fields;
    const inner = classifyStatement(text).explain?.inner;
    if (this.#options.isStructured && inner !== undefined) this.#schema = await columnsOf(connection, inner);
  }

  /** Sees a batch of DuckDB's. */
  see(batch: Batch): void {
    if (this.#options.explain.analyze) this.#drawing = drawingIn(batch);
  }

  /** Called at the end: gives the rows to add. */
  rows(): Batch[] {
    const { explain, isStructured, sources } = this.#options;
    const scans = { ...sources, isAnalyze: explain.analyze, drawing: isStructured ? '' : this.#drawing };
    if (!isStructured) return explainRows(this.#fields, scans);
    this.explained = { schema: this.#schema, scans: explainedScans(scans) };
    return [];
  }
}

/** None where DuckDB takes the text for several statements, or not without its EXPLAIN. */
async function columnsOf(connection: Connection, text: string): Promise<SqlField[]> {
  try {
    const prepared = await prepareOne(connection, text);
    try {
      return fieldsOf(prepared);
    } finally {
      native.destroy_prepare_sync(prepared);
    }
  } catch {
    return [];
  }
}

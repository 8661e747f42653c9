/** A described statement of the engine: what Bind, Execute and COPY run. */
import type { Result } from '../../engine/index.ts';
import { copyEncoder } from '../types/copy-encoder.ts';
import { rowEncoder } from '../types/row-encoder.ts';
import { textStyleOf } from '../types/text-style.ts';
import type { BoundValue, CopyOptions, PgColumn, PlannedQuery, RowSource, Run, SessionFacts } from '../words.ts';
import { BatchRows, type RowForm } from './batch-rows.ts';
import { type BoundText, bindValues } from './bound-text.ts';
import type { EngineLink } from './engine-link.ts';
import type { LivePlan } from './live-plan.ts';

const NO_BYTES = new Uint8Array(0);

export class DataQuery implements PlannedQuery {
  readonly parameterTypes: readonly number[];
  readonly columns: readonly PgColumn[];
  readonly tag = 'SELECT';
  readonly hasCount = true;
  readonly route = 'data';
  readonly #plan: LivePlan;
  readonly #link: EngineLink;
  /** Values that Bind has had checked, as the engine takes them. */
  readonly #checked = new WeakMap<readonly BoundValue[], BoundText>();

  constructor(plan: LivePlan, link: EngineLink) {
    const { parameterTypes, columns } = plan.description;
    this.parameterTypes = parameterTypes;
    this.columns = columns ?? [];
    this.#plan = plan;
    this.#link = link;
  }

  check(values: readonly BoundValue[], session: SessionFacts): void {
    if (values.length > 0) this.#checked.set(values, this.#bound(values, session));
  }

  open(values: readonly BoundValue[], run: Run): RowSource {
    const formOf = async (result: Result): Promise<RowForm> => {
      const schema = await result.schema();
      const style = textStyleOf((name) => run.session.setting(name));
      return {
        header: NO_BYTES,
        encode: (formats) => rowEncoder(schema, this.columns, formats, style),
        trailer: () => NO_BYTES,
      };
    };
    return new BatchRows(() => this.#start(values, run), formOf, run.signal);
  }

  copy(values: readonly BoundValue[], options: CopyOptions, run: Run): RowSource {
    const formOf = async (result: Result): Promise<RowForm> => {
      const encoder = copyEncoder(
        await result.schema(),
        this.columns,
        options,
        textStyleOf((name) => run.session.setting(name)),
      );
      return { header: encoder.header(), encode: () => encoder.rows, trailer: () => encoder.trailer() };
    };
    return new BatchRows(() => this.#start(values, run), formOf, run.signal);
  }

  async #start(values: readonly BoundValue[], run: Run): Promise<Result> {
    await this.#plan.assertCurrent(run);
    const bound = this.#checked.get(values) ?? this.#bound(values, run.session);
    return this.#link.query(this.#plan.statement, bound.text, bound.values, run.session, run.signal);
  }

  #bound(values: readonly BoundValue[], session: SessionFacts): BoundText {
    return bindValues(
      this.#plan.statement,
      values,
      textStyleOf((name) => session.setting(name)),
    );
  }
}

/** A planner without engine and catalog: enough statements to drive the state machine, with notes of what was asked of it. */
import { PgError } from '../../../src/server/pg-error.ts';
import { MessageWriter } from '../../../src/server/wire/message-writer.ts';
import type {
  BoundValue,
  EncodedRows,
  Format,
  ParsedStatement,
  PgColumn,
  PlannedQuery,
  QueryPlanner,
  RowSource,
  Run,
} from '../../../src/server/words.ts';

/**
 * `select N` one row · `select generate_series(1,N)` N rows · `select $1::int` its parameter · `select 1/0` fails when it
 * runs · `select nope` fails when it is planned · `select stuck` never gives a row · `select stuck_plan` is never planned · `select stuck_close` is never
 * freed ·
 * `… from data` is of the data route · `select set_config(…)` sets application_name to `configured`.
 */
export class FakePlanner implements QueryPlanner {
  /** Texts, in order. */
  readonly planned: string[] = [];
  opened = 0;
  closed = 0;
  /** Row counts that were asked for, in order. */
  readonly asked: number[] = [];
  discards = 0;
  isClosed = false;
  signals: AbortSignal[] = [];

  async plan(statement: ParsedStatement, parameterTypes: readonly number[], run: Run): Promise<PlannedQuery> {
    const text = statement.text.trim().toLowerCase();
    this.planned.push(text);
    if (text.includes('stuck_plan')) await new Promise(() => {});
    if (text.startsWith('create table')) throw new PgError('25006', 'cannot execute CREATE TABLE in a read-only transaction');
    const nope = text.indexOf('nope');
    if (nope >= 0)
      throw new PgError('42703', 'column "nope" does not exist', {
        position: nope + statement.text.indexOf(statement.text.trim()),
      });
    if (text.startsWith('explain')) return this.#query(text, [], () => ['Result'], 'EXPLAIN', false, 25);
    const parameters = new Set(text.match(/\$\d+/g) ?? []).size;
    const types = Array.from({ length: parameters }, (_, at) => parameterTypes[at] || 23);
    return this.#query(text, types, (values, own) => valuesOf(text, values, own), 'SELECT', true, 23, run);
  }

  #query(
    text: string,
    parameterTypes: readonly number[],
    give: (values: readonly BoundValue[], run: Run) => string[],
    tag: string,
    hasCount: boolean,
    typeOid: number,
    _run?: Run,
  ): PlannedQuery {
    const name =
      /\bas (\w+)$/.exec(text)?.[1] ??
      (tag === 'EXPLAIN' ? 'QUERY PLAN' : text.includes('generate_series') ? 'generate_series' : '?column?');
    const columns: PgColumn[] = [{ name, tableOid: 0, columnNumber: 0, typeOid, typeSize: 4, typeModifier: -1 }];
    const start = (values: readonly BoundValue[], run: Run, isCopy: boolean): RowSource => {
      this.opened += 1;
      this.signals.push(run.signal);
      let rows: string[] | null = null;
      let at = 0;
      const next = async (maxRows: number, formats: readonly Format[]): Promise<EncodedRows> => {
        this.asked.push(maxRows);
        if (text.includes('stuck')) await new Promise(() => {});
        rows ??= give(values, run);
        const given = rows.slice(at, at + maxRows);
        at += given.length;
        return { bytes: isCopy ? copyData(given) : dataRows(given, formats), rowCount: given.length, isDone: at >= rows.length };
      };
      let isClosed = false;
      const close = async (): Promise<void> => {
        if (!isClosed) this.closed += 1;
        isClosed = true;
        if (text.includes('stuck_close')) await new Promise(() => {});
      };
      return { next, close };
    };
    return {
      parameterTypes,
      columns,
      tag,
      hasCount,
      route: text.includes('from data') ? 'data' : 'fake',
      open: (values, run) => start(values, run, false),
      copy: (values, _options, run) => start(values, run, true),
    };
  }

  async discard(): Promise<void> {
    this.discards += 1;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

function valuesOf(text: string, values: readonly BoundValue[], run: Run): string[] {
  if (text.includes('set_config')) {
    return [run.session.applySetting({ name: 'application_name', value: 'configured', isLocal: text.includes('true') })];
  }
  if (text.includes('1/0')) throw new PgError('22012', 'division by zero');
  const series = /generate_series\(1, ?(\d+)\)/.exec(text);
  if (series !== null) return Array.from({ length: Number(series[1]) }, (_, at) => String(at + 1));
  if (values.length > 0) return [String(values.reduce((sum, { bytes }) => sum + Number(Buffer.from(bytes ?? []).toString()), 0))];
  const sum = /(\d+) ?\+ ?(\d+)/.exec(text);
  if (sum !== null) return [String(Number(sum[1]) + Number(sum[2]))];
  return [/\d+/.exec(text)?.[0] ?? '0'];
}

function dataRows(values: readonly string[], formats: readonly Format[]): Uint8Array {
  const writer = new MessageWriter();
  for (const value of values) {
    const binary = Buffer.alloc(4);
    if (formats[0] === 1) binary.writeInt32BE(Number(value));
    writer.dataRow([formats[0] === 1 ? binary : value]);
  }
  return writer.take();
}

function copyData(values: readonly string[]): Uint8Array {
  const messages = values.map((value) => {
    const body = Buffer.from(`.....${value}\n`);
    body.write('d', 0);
    body.writeInt32BE(body.length - 1, 1);
    return body;
  });
  return Buffer.concat(messages);
}

/** EXPLAIN as PostgreSQL's tools read it: one text column `QUERY PLAN` with a cost in its first line; also FORMAT JSON. */

import type { Result } from '../../engine/index.ts';
import { PgError } from '../pg-error.ts';
import { textStyleOf } from '../types/index.ts';
import type { BoundValue, DataStatement, Description, PgColumn, PlannedQuery, Run } from '../words.ts';
import { bindValues } from './bound-text.ts';
import { statementErrorFrom } from './engine-errors.ts';
import type { EngineLink } from './engine-link.ts';
import { FixedQuery, type TextRows } from './fixed-query.ts';

const TEXT_OID = 25;
const JSON_OID = 114;

export interface Explained {
  readonly statement: DataStatement;
  readonly analyze: boolean;
  readonly isJson: boolean;
}

/** @param estimatedRows of the tables that the statement reads. */
export function explainQuery(
  { statement, analyze, isJson }: Explained,
  { parameterTypes }: Description,
  link: EngineLink,
  estimatedRows: number,
): PlannedQuery {
  const column: PgColumn = {
    name: 'QUERY PLAN',
    tableOid: 0,
    columnNumber: 0,
    typeOid: isJson ? JSON_OID : TEXT_OID,
    typeSize: -1,
    typeModifier: -1,
  };
  const rows = async (values: readonly BoundValue[], run: Run): Promise<TextRows> => {
    const lines = await planLines(statement, analyze, values, link, run);
    const cost = (estimatedRows / 100).toFixed(2);
    if (isJson) return [[JSON.stringify([jsonPlan(lines, cost, estimatedRows)], null, 2)]];
    return [[`Redis Query  (cost=0.00..${cost} rows=${estimatedRows} width=0)`], ...lines.map((line) => [`  ${line}`])];
  };
  return new FixedQuery({ columns: [column], parameterTypes, tag: 'EXPLAIN', hasCount: false, route: 'explain', rows });
}

function jsonPlan(lines: readonly string[], cost: string, estimatedRows: number): unknown {
  return {
    Plan: {
      'Node Type': 'Redis Query',
      'Parallel Aware': false,
      'Async Capable': false,
      'Startup Cost': 0,
      'Total Cost': Number(cost),
      'Plan Rows': estimatedRows,
      'Plan Width': 0,
      Output: lines,
    },
  };
}

async function planLines(
  statement: DataStatement,
  analyze: boolean,
  values: readonly BoundValue[],
  link: EngineLink,
  run: Run,
): Promise<readonly string[]> {
  const style = textStyleOf((name) => run.session.setting(name));
  const bound = bindValues(statement, values, style);
  const text = `EXPLAIN ${analyze ? 'ANALYZE ' : ''}${bound.text}`;
  let result: Result | null = null;
  try {
    result = await link.query(statement, text, bound.values, run.session, run.signal);
    const rows = await result.rows();
    return rows.flatMap((row) => String(row['explain_value'] ?? '').split('\n')).filter((line) => line.trim() !== '');
  } catch (error) {
    throw run.signal.aborted && run.signal.reason instanceof PgError ? run.signal.reason : statementErrorFrom(error);
  } finally {
    await result?.close();
  }
}

/** COPY … TO STDOUT; other COPYs are refused before a client sends or waits for data. */
import type { CopyStmt } from '@pgsql/types';
import { quoteIdentifier, tokensOf } from '../../../sql/index.ts';
import { parseScript } from '../../dialect/parse.ts';
import { PgError, pgErrorFrom } from '../../pg-error.ts';
import type { ParsedStatement, PlannedQuery } from '../../words.ts';
import { plannedInner, planQuery } from '../query-plan.ts';
import type { SessionCore } from '../session-core.ts';
import { commandPlan, type SessionPlan, type Started } from '../session-plan.ts';
import type { StatementRun } from '../statement-run.ts';
import { copyOptionsOf } from './copy-options.ts';
import { type InnerStatement, innerStatement } from './inner-statement.ts';

/** Plans nothing before it runs, as PostgreSQL does with COPY. */
export function copyPlan(core: SessionCore, statement: ParsedStatement, copy: CopyStmt): SessionPlan {
  return {
    ...commandPlan('COPY', () => {}),
    route: 'copy',
    start: (_, run) => startCopy(core, statement, copy, run),
  };
}

async function startCopy(core: SessionCore, statement: ParsedStatement, copy: CopyStmt, run: StatementRun): Promise<Started> {
  if (copy.is_from === true) throw new PgError('25006', 'cannot execute COPY FROM in a read-only transaction');
  if (copy.is_program === true) throw fileRefused('to or from an external program', 'pg_execute_server_program');
  if (copy.filename !== undefined) throw fileRefused('to a file', 'pg_write_server_files');
  const options = copyOptionsOf(copy.options);
  const planned = await plannedSource(core, statement, copy, run);
  const { columns } = planned;
  if (columns === null) throw new PgError('0A000', 'COPY query must have a RETURNING clause');
  const missing =
    options.forceQuote === '*' ? undefined : options.forceQuote.find((name) => columns.every((one) => one.name !== name));
  if (missing !== undefined) throw new PgError('42703', `column "${missing}" does not exist`);
  return {
    kind: 'copy',
    source: planned.copy([], options, run),
    format: options.format === 'binary' ? 1 : 0,
    columnCount: columns.length,
    isChecked: planned.route === 'data',
    tagOf: (rowCount) => `COPY ${rowCount}`,
  };
}

function fileRefused(what: string, role: string): PgError {
  return new PgError('42501', `permission denied to COPY ${what}`, {
    detail: `Only roles with privileges of the "${role}" role may COPY ${what}.`,
    hint: "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.",
  });
}

async function plannedSource(
  core: SessionCore,
  { text }: ParsedStatement,
  copy: CopyStmt,
  run: StatementRun,
): Promise<PlannedQuery> {
  if (copy.relation === undefined) return plannedInner(core, queryOf(text), [], run);
  const { relname = '', schemaname, catalogname } = copy.relation;
  const names = (copy.attlist ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
  const table = [catalogname, schemaname, relname]
    .filter((part) => part !== undefined && part !== '')
    .map((part) => quoteIdentifier(part ?? ''));
  const select = `SELECT ${names.length === 0 ? '*' : names.map(quoteIdentifier).join(', ')} FROM ${table.join('.')}`;
  const [statement] = parseScript(select);
  if (statement === undefined) throw new PgError('XX000', 'COPY of a table gave no statement');
  try {
    return await planQuery(core, statement, [], run);
  } catch (error) {
    // The position is that of a text that the client has not written.
    const { sqlState, message, details } = pgErrorFrom(error);
    const { position: _, ...rest } = details;
    throw new PgError(sqlState, message, rest);
  }
}

/** COPY ( query ) TO …: what the outermost parentheses hold. */
function queryOf(text: string): InnerStatement {
  const tokens = tokensOf(text).filter(({ kind }) => kind === 'symbol');
  const open = tokens.find(({ value }) => value === '(');
  let depth = 0;
  const close = tokens.find(({ value }) => {
    depth += value === '(' ? 1 : value === ')' ? -1 : 0;
    return value === ')' && depth === 0;
  });
  if (open === undefined || close === undefined) throw new PgError('42601', 'syntax error at end of input');
  return innerStatement(text, open.end, close.start);
}

/** Writes a failing case so that a person can run it again: commands, settings, both statements, both answers. */
import type { Answer } from '../oracle/oracle.ts';
import { statementOf } from '../queries/statement-text.ts';
import { commandsOf } from '../world/load-world.ts';
import { checkQuery } from './check-query.ts';
import type { Bench, Failure } from './run-queries.ts';
import { PROFILES } from './sessions.ts';

const MOST_COMMANDS = 60;
const MOST_ROWS = 20;

export async function reportOf(failure: Failure, { sessions, oracle }: Bench): Promise<string> {
  const { world, query, profile } = failure;
  const statement = statementOf(query, 'redis');
  const plain = statementOf(query, 'plain').text;
  const verdict = await checkQuery(query, profile, sessions, oracle);
  const commands = commandsOf(world).map((words) => words.map(shellWord).join(' '));
  const explained = await sessions.explain(profile, statement).catch((error: unknown) => ({ text: String(error) }));
  const twins = await Promise.all(
    [...new Set(query.uses.map((use) => use.table.name))].map(
      async (name) => `${name}: ${rowsText(await oracle.answer(`FROM ${name}`))}`,
    ),
  );
  return [
    `query ${failure.number}, world ${world.number}: ${failure.verdict.difference}`,
    ...[
      '',
      '# redis-cli',
      ...Object.entries(world.config).map(([name, value]) => `FT.CONFIG SET ${name} ${value}`),
      ...commands.slice(0, MOST_COMMANDS),
      ...(commands.length > MOST_COMMANDS ? [`… ${commands.length - MOST_COMMANDS} more`] : []),
    ],
    ...['', `-- session "${profile}"`, ...PROFILES[profile].map((setting) => `SET ${setting};`), `${statement.text};`],
    ...(statement.parameters.length > 0
      ? [`-- parameters: ${statement.parameters.map((value) => `${typeof value} ${String(value)}`).join(', ')}`]
      : []),
    ...['', '-- plain', `${plain};`, ...twins],
    '',
    ...verdict.runs.map(
      (run) => `${run.profile}: ${run.answer === null ? run.error?.message : rowsText(run.answer)} (${run.access.join(', ')})`,
    ),
    `plain: ${await oracle.answer(plain).then(rowsText, String)}`,
    ...['', explained.text.slice(explained.text.search(/^redis_\w+\(/m))],
  ].join('\n');
}

function rowsText({ rows }: Answer): string {
  const shown = rows
    .slice(0, MOST_ROWS)
    .map((row) => `(${row.map((cell) => (cell === null ? 'NULL' : String(cell))).join(', ')})`);
  return `${rows.length} rows ${shown.join(' ')}${rows.length > MOST_ROWS ? ' …' : ''}`;
}

function shellWord(word: string): string {
  return /^[\w:.@*=/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

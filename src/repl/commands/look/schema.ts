/** `.schema`: the statements that make views, tables and macros again; `\df`: functions. */
import { RedQueryError } from '../../../errors.ts';
import { cutToWidth, escapeControls, escapeControlsKeepLines } from '../../../output/index.ts';
import { quoteLiteral } from '../../../sql/index.ts';
import type { Command, Shell } from '../../words.ts';
import { atMostOneWord, patternTest } from '../arguments.ts';
import { columnsText, drawingFor, type TextColumn } from '../columns-text.ts';
import { nearestNames } from '../nearest.ts';
import { tell } from '../tell.ts';
import { catalogRows, listIn, macrosOf, type SessionObject, tablesOf, textIn } from './session-objects.ts';

export const schema: Command = {
  names: ['.schema', '\\sv', '\\sf'],
  usage: '[NAME]',
  summary: 'what makes views and macros again',
  details:
    'NAME may have * and ?. Rows of tables and default values of macros are not in it.\nExample: .once views.sql   then .schema, and later .read views.sql',
  run: async (argument, shell, signal, name) => {
    const pattern = atMostOneWord(argument, name);
    const objects = [...(await tablesOf(shell, signal)), ...(await macrosOf(shell, signal))].filter((one) => one.name !== '_');
    const shown = pattern === null ? objects : objects.filter((one) => patternTest(pattern)(one.name));
    if (shown.length > 0)
      return shell.show(
        inOrder(shown)
          .map(({ sql }) => (isForFile(shell) ? sql : escapeControlsKeepLines(sql)))
          .join('\n'),
      );
    if (pattern === null) return tell(shell, 'No views, tables or macros in this session yet; .keys offers some.');
    const near = nearestNames(
      pattern,
      objects.map((one) => one.name),
    );
    throw new RedQueryError('RQ_UNKNOWN_TABLE', `no view, table or macro ${JSON.stringify(pattern)}`, {
      hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : '.tables lists them',
    });
  },
};

/** A file is read again by a machine, and has each byte as it is; whatever else may end on a screen. */
function isForFile({ settings: { once, output } }: Shell): boolean {
  const target = once ?? output;
  return target !== null && !target.startsWith('|');
}

/** What is read by others comes before them, so that the whole can be run as it stands. */
function inOrder(objects: readonly SessionObject[]): readonly SessionObject[] {
  const byName = new Map(objects.map((one) => [one.name.toLowerCase(), one]));
  // A set keeps the order in which its members came.
  const ordered = new Set<SessionObject>();
  const visiting = new Set<SessionObject>();
  const visit = (one: SessionObject): void => {
    if (visiting.has(one)) return;
    visiting.add(one);
    for (const name of one.mentions) {
      const read = byName.get(name);
      if (read !== undefined) visit(read);
    }
    ordered.add(one);
  };
  objects.forEach(visit);
  return [...ordered];
}

const FUNCTIONS: readonly TextColumn[] = [
  { head: 'function', style: 'function', isWrapped: true },
  { head: 'gives', style: 'keyword' },
  { head: 'kind', style: 'dim' },
];
const MOST_FUNCTIONS = 500;
/** Those of DuckDB's number three thousand; without a pattern only what is not DuckDB's is shown. */
const OWN_FUNCTIONS =
  "(function_name LIKE 'redis\\_%' ESCAPE '\\' OR function_name IN ('match', 'geo_within', 'vector_distance', 'spark', 'bar') OR database_name = current_database())";
const NOT_SHOWN = "function_name NOT IN ('redis_agg') AND function_name NOT LIKE '\\_\\_%' ESCAPE '\\'";

export const functions: Command = {
  names: ['.functions', '\\df', '\\da'],
  usage: '[PATTERN]',
  summary: "functions; at first redquery's own",
  details: "Without PATTERN redquery's own and your macros; DuckDB has some thousand more.\nExample: \\df list_*",
  run: async (argument, shell, signal, name) => {
    const pattern = atMostOneWord(argument, name);
    const which = pattern === null ? OWN_FUNCTIONS : `function_name ILIKE ${quoteLiteral(likeOf(pattern))} ESCAPE '\\'`;
    const rows = await catalogRows(
      shell,
      signal,
      `SELECT DISTINCT function_name AS name, function_type AS kind, parameters, parameter_types, return_type
       FROM duckdb_functions() WHERE ${NOT_SHOWN} AND ${which} ORDER BY ALL LIMIT ${MOST_FUNCTIONS + 1}`,
    );
    if (rows.length === 0) return shell.say(`No function like ${escapeControls(pattern ?? '*')}.`);
    const cells = rows.slice(0, MOST_FUNCTIONS).map((row) => {
      const parameters = parametersOf(listIn(row, 'parameters'), listIn(row, 'parameter_types'));
      return [`${textIn(row, 'name')}(${parameters})`, textIn(row, 'return_type'), textIn(row, 'kind').replace('_', ' ')];
    });
    await shell.show(columnsText(FUNCTIONS, cells, drawingFor(shell)));
    if (rows.length > MOST_FUNCTIONS) shell.say(`The first ${MOST_FUNCTIONS}; give a narrower PATTERN.`);
  },
};

/** Names where they are names; `_scan` is ours. Named arguments of our functions have no one type. */
function parametersOf(names: readonly string[], types: readonly string[]): string {
  const texts = names.flatMap((name, at) => {
    if (name === '_scan') return [];
    const type = types[at] ?? '';
    if (/^col\d+$/.test(name)) return [type];
    return type === 'ANY' || type === '' || type === 'null' ? [name] : [`${name} ${type}`];
  });
  return cutToWidth(texts.join(', '), 90);
}

function likeOf(glob: string): string {
  return glob
    .replaceAll(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');
}

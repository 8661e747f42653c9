/** Writes what EXPLAIN says of one scan of Redis, beside DuckDB's own plan. */
import type {
  AccessPath,
  AggregateAnswer,
  ConjunctNote,
  FilterAnswer,
  ScanPlan,
  ScanRequest,
  SearchAccess,
  TableColumn,
} from '../../storage/index.ts';
// Not through the doorway, which would load what talks to servers into the engine's thread.
import type { AggregateBlock } from '../aggregates/blocks.ts';
import { MOST_SHOWN_CHARACTERS, MOST_SHOWN_TERMS } from '../plan/limits.ts';
import { counterLines, type ScanCounters } from './counters.ts';
import { counted, grouped, type Line, shortened } from './lines.ts';
import { predicateText, topNText } from './predicate-text.ts';
import { type ScanDescription, textOf } from './scan-description.ts';

export type { ScanCounters } from './counters.ts';

const ANSWERS: Readonly<Record<FilterAnswer, string>> = {
  exact: 'pushed, exact; re-checked by DuckDB',
  inexact: 'pushed in part, fetches more than needed; re-checked by DuckDB',
  unsupported: 'not pushed; done by DuckDB',
};

/**
 * Gives a block of lines without a final line break; the first names the call, the others are indented by two blanks: how
 * Redis is read, one line a condition, the commands, why it is done this way.
 * @param counters null before the scan ran; then neither they nor the time are shown.
 * @param elapsedMs from the scan's first request to its last batch; null where it is not known.
 */
export function explainScan(plan: ScanPlan, counters: ScanCounters | null, elapsedMs: number | null): string {
  return textOf(describeScan(plan, counters, elapsedMs));
}

/** Gives what `explainScan` says as data; its parameters are the same. */
export function describeScan(plan: ScanPlan, counters: ScanCounters | null, elapsedMs: number | null): ScanDescription {
  const { request, access, commands, advice, estimatedRows } = plan;
  const read = request.projection.flatMap((position) => request.columns[position] ?? []);
  const lines: Line[] = [
    ['access', accessText(plan)],
    ['fields', plan.access.kind === 'empty' ? 'none' : fieldsText(read, request)],
    ...filterLines(plan),
    ...limitLines(plan),
  ];
  if (request.onError !== 'error') lines.push(['on error', request.onError]);
  lines.push(...commands.map((command): Line => ['command', shortened(command, MOST_SHOWN_CHARACTERS)]));
  lines.push(...plan.remarks.filter((remark) => remark !== '').map((remark): Line => ['why', remark]));
  if (estimatedRows !== null) lines.push(['expected', `about ${counted(Math.round(estimatedRows), 'row')}`]);
  lines.push(...adviceLines(advice));
  if (counters !== null) lines.push(...counterLines(counters, elapsedMs));
  const title = titleOf(request);
  const head = `${title}  server ${request.server}`;
  return { title, head, access: access.kind, lines, commands, index: indexOf(access), advice, estimatedRows };
}

/** The index that gives the keys or rows of an access; null where none does. */
export function indexOf(access: AccessPath): string | null {
  return access.kind === 'search' || access.kind === 'query' ? access.index : null;
}

/** The lines of an index that would help. */
export function adviceLines(advice: ScanPlan['advice']): Line[] {
  return advice === null
    ? []
    : [
        ['advice', advice.command],
        ['saving', advice.saving],
      ];
}

/**
 * Gives the block of lines of a grouped scan that Redis answers as a whole, in place of `explainScan`.
 * @param title the call: `redis_hash('user:*')`.
 * @param names of the table's columns.
 */
export function explainAggregate(
  title: string,
  block: Pick<AggregateBlock, 'groups' | 'aggregates' | 'filter'>,
  answer: AggregateAnswer,
  names: readonly string[],
): string {
  return textOf(describeAggregate(title, block, answer, names));
}

/** Gives what `explainAggregate` says as data; its parameters are the same. */
export function describeAggregate(
  title: string,
  block: Pick<AggregateBlock, 'groups' | 'aggregates' | 'filter'>,
  answer: AggregateAnswer,
  names: readonly string[],
): ScanDescription {
  const name = (column: number | null): string => (column === null ? '*' : (names[column] ?? `#${column}`));
  const groups = block.groups.map(({ column, bucket }) =>
    bucket === null ? name(column) : `${name(column)} in buckets of ${grouped(bucket.widthMs)} ms`,
  );
  const aggregates = block.aggregates.map((call) =>
    call.name === 'count_distinct'
      ? `count(DISTINCT ${name(call.column)})`
      : `${call.name.replace('_star', '')}(${name(call.column)})`,
  );
  const lines: Line[] = [
    ['groups', groups.length === 0 ? 'none: one row' : groups.join(', ')],
    ['values', aggregates.length === 0 ? 'none' : aggregates.join(', ')],
  ];
  if (block.filter !== null) {
    const where = answer.kind === 'refused' ? '' : ' → Redis, exact';
    lines.push(['filter', `${shortened(predicateText(block.filter, names), MOST_SHOWN_CHARACTERS)}${where}`]);
  }
  lines.push(...answerLines(answer));
  const rows = answer.kind === 'rows' && answer.isDry !== true ? answer.batch.rowCount : null;
  return {
    ...{ title, head: `${title}  grouped`, access: 'aggregate', lines, estimatedRows: rows },
    commands: answer.kind === 'refused' ? [] : commandsOf(answer),
    index: answer.kind === 'rows' ? (answer.index ?? null) : null,
    advice: answer.kind === 'refused' ? (answer.advice ?? null) : null,
  };
}

function commandsOf(answer: Exclude<AggregateAnswer, { kind: 'refused' }>): readonly string[] {
  return answer.kind === 'rows' ? [answer.command, ...(answer.moreCommands ?? [])] : answer.plan.commands;
}

function answerLines(answer: AggregateAnswer): Line[] {
  const why = (remarks: readonly string[]): Line[] => remarks.filter((remark) => remark !== '').map((remark) => ['why', remark]);
  switch (answer.kind) {
    case 'rows':
      return [
        ...commandsOf(answer).map((command): Line => ['command', command]),
        ...(answer.isDry === true ? [] : [['rows', grouped(answer.batch.rowCount)] as const]),
        ...why(answer.remarks),
      ];
    case 'scan':
      return [...commandsOf(answer).map((command): Line => ['command', command]), ...why(answer.plan.remarks)];
    case 'refused':
      return [['grouping', `DuckDB: ${answer.why}`], ...adviceLines(answer.advice ?? null)];
    default:
      return answer satisfies never;
  }
}

function titleOf({ source, pattern, title }: ScanRequest): string {
  return title ?? `redis_${source}('${pattern.replaceAll("'", "''")}')`;
}

/** One line a term of the filter; one for all where its source says no more. */
function filterLines({ request, conjuncts, filterAnswer }: ScanPlan): Line[] {
  if (request.filter === null) return [];
  const names = request.columns.map((column) => column.name);
  const text = (note: Pick<ConjunctNote, 'predicate'>): string =>
    shortened(
      note.predicate.kind === 'opaque' ? note.predicate.text : predicateText(note.predicate, names),
      MOST_SHOWN_CHARACTERS,
    );
  if (conjuncts.length === 0) return [['filter', `${text({ predicate: request.filter })}  (${ANSWERS[filterAnswer]})`]];
  const shown = conjuncts.slice(0, MOST_SHOWN_TERMS).map((note): Line => ['filter', `${text(note)} → ${answerText(note)}`]);
  const rest = conjuncts.length - shown.length;
  return rest > 0 ? [...shown, ['filter', `… and ${rest} more`]] : shown;
}

/** `index idx:user, exact`, `index idx:user, re-checked: tag ignores case`, `DuckDB: a function of the column`. */
function answerText({ predicate, where, answer, why }: ConjunctNote): string {
  const reason = (predicate.kind === 'opaque' ? predicate.why : undefined) ?? why;
  const because = reason === null ? '' : `: ${reason}`;
  switch (answer) {
    case 'exact':
      return `${where}, exact${because}`;
    case 'inexact':
      return `${where}, re-checked${because}`;
    case 'unsupported':
      return `DuckDB${because}`;
    default:
      return answer satisfies never;
  }
}

/** A limit that is wanted is not always one that may be pushed. */
function limitLines({ request: { rowLimit, topN, columns }, tasks, access }: ScanPlan): Line[] {
  const isLimited =
    access.kind === 'empty' ||
    ((access.kind === 'search' || access.kind === 'query') && access.limit !== null) ||
    tasks.some((task) => task.rowLimit !== null || task.rowsPerKey !== null);
  const lines: Line[] = [];
  if (rowLimit !== null) {
    const count = counted(rowLimit, 'row');
    lines.push(['limit', isLimited ? `stops after ${count}` : `${count}, counted by DuckDB`]);
  }
  if (topN !== null)
    lines.push([
      'order',
      `the first ${topNText(
        topN,
        columns.map((column) => column.name),
      )}`,
    ]);
  return lines;
}

function accessText({ access, accessText: text, request, tasks: pieces }: ScanPlan): string {
  const tasks = pieces.length > 1 ? `, ${pieces.length} tasks` : '';
  switch (access.kind) {
    case 'empty':
      return 'none: the filter is true for no key';
    case 'keys':
      return `${counted(access.keys.length, 'key')}, no SCAN: ${text}${tasks}`;
    case 'scan':
      // Where no field is read, nothing but TYPE tells hashes from other keys; those are then left out uncounted.
      return `SCAN MATCH ${text}${request.source === 'hash' && !readsField(request) ? ' TYPE hash' : ''}${tasks}`;
    case 'search':
      return `${searchText(access)} ${text}${tasks}`;
    case 'query':
      return `FT.SEARCH, in your own words, ${text}${tasks}`;
    case 'series':
      return `TS.QUERYINDEX ${text}${tasks}`;
    case 'command':
      return 'one command';
    default:
      return access satisfies never;
  }
}

function searchText(access: SearchAccess): string {
  if (access.form === 'blocking') return 'FT.SEARCH';
  return access.form === 'pages' ? 'FT.SEARCH in pages' : 'FT.AGGREGATE WITHCURSOR';
}

/** With on_error => 'skip' all declared fields are read, whatever is projected. */
function readsField({ columns, projection, onError }: ScanRequest): boolean {
  const read = onError === 'skip' ? columns : projection.flatMap((position) => columns[position] ?? []);
  return read.some(
    ({ role }) => role === 'field' || (role === 'fields' && projection.some((position) => columns[position]?.role === role)),
  );
}

/** With on_error => 'skip' the fields that are not projected are read to be checked. */
function fieldsText(projected: readonly TableColumn[], { columns, onError, source }: ScanRequest): string {
  const checked = onError === 'skip' ? columns.filter((column) => column.role === 'field' && !projected.includes(column)) : [];
  const read = [...projected, ...checked];
  const isField = ({ role }: TableColumn): boolean => role === 'field' || role === 'part';
  const fields = read.filter(isField).map((column) => column.name);
  const ttl = read.some((column) => column.role === 'ttl') ? '; time to live (TTL)' : '';
  const how = (command: string): string => (source === 'hash' ? ` (${command})` : '');
  if (read.some((column) => column.role === 'fields')) return `all fields${how('HGETALL')}${ttl}`;
  return `${fields.length === 0 ? 'none' : `${fields.join(', ')}${how('HMGET')}`}${ttl}`;
}

/** Reads DuckDB's EXPLAIN and EXPLAIN ANALYZE in JSON into a tree of operators, each with its scan. Touches no session. */
import type { EngineScan } from '../protocol.ts';
import type { PlanNode } from './explained-plan.ts';

export type MarkedScan = EngineScan;

type JsonObject = Readonly<Record<string, unknown>>;

/** A table function of ours, as an operator. */
const OUR_OPERATOR = /^REDIS_/;
/** What another operator has collected, which may be rows of ours. */
const COLLECTED = /^(?:REC_)?(?:CTE|DELIM)_SCAN$/;
const ESTIMATE = 'Estimated Cardinality';

/**
 * Gives the tree, and the scans in the order of its operators, those that stand in no operator behind them.
 * @param json what EXPLAIN (FORMAT json) gave, with or without ANALYZE; root is null where it is no plan.
 */
export function planTreeFrom(
  json: string,
  scans: readonly MarkedScan[],
): { readonly root: PlanNode | null; readonly scans: readonly MarkedScan[] } {
  const top = topOf(json);
  const placed: MarkedScan[] = [];
  const left = [...scans];
  const scanOf = (node: JsonObject): number | null => {
    if (!OUR_OPERATOR.test(nameOf(node))) return null;
    const mark = estimateOf(node);
    const at = left.findIndex((scan) => scan.mark === mark);
    const [scan] = at < 0 ? [] : left.splice(at, 1);
    return scan === undefined ? null : placed.push(scan) - 1;
  };
  const root = top === null ? null : nodeFrom(top, scanOf, placed);
  return { root, scans: [...placed, ...left] };
}

/** The statement's own top operator. */
function topOf(json: string): JsonObject | null {
  const answer = parsed(json);
  // EXPLAIN gives a list of plans; EXPLAIN ANALYZE the query, in it EXPLAIN_ANALYZE, in it the plan.
  if (Array.isArray(answer)) return answer.find(isObject) ?? null;
  if (!isObject(answer)) return null;
  const [first] = childrenOf(answer);
  if (first === undefined) return null;
  return nameOf(first) === 'EXPLAIN_ANALYZE' ? (childrenOf(first)[0] ?? null) : first;
}

function nodeFrom(node: JsonObject, scanOf: (node: JsonObject) => number | null, scans: readonly MarkedScan[]): PlanNode {
  const scan = scanOf(node);
  const children = childrenOf(node).map((child) => nodeFrom(child, scanOf, scans));
  const timing = numberAt(node, 'operator_timing');
  return {
    name: nameOf(node),
    details: detailsOf(node),
    estimatedRows: scan === null ? estimateAbove(node, children) : (scans[scan]?.estimatedRows ?? null),
    rows: numberAt(node, 'operator_cardinality'),
    elapsedMs: timing === null ? null : timing * 1000,
    scan,
    children,
  };
}

/** DuckDB is told a made-up number for a table in Redis: what it concludes from that is no estimate. */
function estimateAbove(node: JsonObject, children: readonly PlanNode[]): number | null {
  return isGuessed(nameOf(node)) || children.some(restsOnGuess) ? null : estimateOf(node);
}

function restsOnGuess({ name, children }: PlanNode): boolean {
  return isGuessed(name) || children.some(restsOnGuess);
}

function isGuessed(name: string): boolean {
  return OUR_OPERATOR.test(name) || COLLECTED.test(name);
}

function nameOf(node: JsonObject): string {
  const { operator_name: ran, name } = node;
  return String(ran ?? name ?? '').trim();
}

function detailsOf({ extra_info: info }: JsonObject): (readonly [label: string, text: string])[] {
  if (!isObject(info)) return [];
  return Object.entries(info).flatMap(([label, value]) => {
    const text = Array.isArray(value) ? value.map(String).join('\n') : String(value);
    return label === ESTIMATE || text === '' ? [] : [[label, text] as const];
  });
}

function estimateOf({ extra_info: info }: JsonObject): number | null {
  const text = isObject(info) ? info[ESTIMATE] : undefined;
  return typeof text === 'string' && /^[0-9]+$/.test(text) ? Number(text) : null;
}

function numberAt(node: JsonObject, name: string): number | null {
  const value = node[name];
  return typeof value === 'number' ? value : null;
}

function childrenOf({ children }: JsonObject): JsonObject[] {
  return Array.isArray(children) ? children.filter(isObject) : [];
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

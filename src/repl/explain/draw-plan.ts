/**
 * Draws a plan as a tree: an operator a line, with its share of the time as a bar and its rows, expected beside real; under
 * each scan what is asked of Redis; under the tree the advice.
 *
 *     HASH GROUP BY  city                    12.3 ms  ██████▌    est 400 → 5 rows
 *     └─ redis_hash('user:*')  SCAN           4.1 ms  ██         40,000 rows
 *          40,000 keys · 41 round trips · 2.1 MB · Redis 18 ms
 *          > SCAN 0 MATCH user:* COUNT 1000
 *     try: FT.CREATE …
 */
import type { ExplainedPlan, ExplainedScan, PlanNode } from '../../engine/index.ts';
import {
  blockBar,
  counted,
  durationText,
  escapeControls,
  grouped,
  type Palette,
  shortCount,
  wrapText,
} from '../../output/index.ts';
import { drawLines, type Piece, type PlanLine, plainLine } from './plan-lines.ts';
import { accessText, scanLines } from './scan-lines.ts';

export interface DrawPlanOptions {
  /** Width of the window. */
  readonly columns: number;
  readonly palette: Palette;
}

const BAR_WIDTH = 8;
/** An estimate that is wrong by more is marked. */
const FAR_OFF = 10;

/** Gives the drawing, lines ended by line breaks. Only advice may be wider than the window: a command is to be copied whole. */
export function drawPlan(plan: ExplainedPlan, { columns, palette }: DrawPlanOptions): string {
  const tree = new Tree(plan);
  const lines = drawLines(tree.lines(), columns, palette);
  if (plan.root === null && plan.scans.length === 0)
    lines.push(palette('dim', 'No plan: DuckDB carries this statement out as it is.'));
  if (plan.elapsedMs !== null) lines.push(palette('dim', `${durationText(plan.elapsedMs)} in all`));
  return `${[...lines, ...adviceLines(plan, columns, palette)].join('\n')}\n`;
}

class Tree {
  readonly #plan: ExplainedPlan;
  readonly #wholeMs: number;
  readonly #lines: PlanLine[] = [];

  constructor(plan: ExplainedPlan) {
    this.#plan = plan;
    this.#wholeMs = plan.root === null ? 0 : timeOf(plan.root);
  }

  lines(): readonly PlanLine[] {
    const { root, scans } = this.#plan;
    if (root !== null) this.#node(root, '', '');
    // A block that Redis grouped may have no operator of its own.
    const drawn = root === null ? new Set<number>() : new Set(scansOf(root));
    for (const [at, scan] of scans.entries()) {
      if (drawn.has(at)) continue;
      const head = scanHead(scan);
      this.#lines.push({ ...plainLine(head), ...rowsOf(scan.estimatedRows, scan.actual?.rows ?? null) });
      this.#under(scan, '', false);
    }
    return this.#lines;
  }

  /** `prefix` stands before the node's own line, `below` before those under it. */
  #node(node: PlanNode, prefix: string, below: string): void {
    const scan = node.scan === null ? undefined : this.#plan.scans[node.scan];
    const head = scan === undefined ? operatorHead(node) : scanHead(scan);
    const expected = scan?.estimatedRows ?? node.estimatedRows;
    const share = this.#wholeMs > 0 ? (node.elapsedMs ?? 0) / this.#wholeMs : 0;
    this.#lines.push({
      left: prefix === '' ? head : [['frame', prefix], ...head],
      time: node.elapsedMs === null ? '' : durationText(node.elapsedMs),
      bar: node.elapsedMs === null ? '' : blockBar(share, BAR_WIDTH),
      ...rowsOf(expected, node.rows ?? scan?.actual?.rows ?? null),
    });
    if (scan !== undefined) this.#under(scan, below, node.children.length > 0);
    for (const [at, child] of node.children.entries()) {
      const isLast = at === node.children.length - 1;
      this.#node(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`);
    }
  }

  #under(scan: ExplainedScan, below: string, hasChildren: boolean): void {
    const frame = `${below}${hasChildren ? '│' : ' '} `;
    for (const line of scanLines(scan)) this.#lines.push(plainLine([['frame', frame], ...line]));
  }
}

function timeOf(node: PlanNode): number {
  return node.children.reduce((sum, child) => sum + timeOf(child), node.elapsedMs ?? 0);
}

function scansOf(node: PlanNode): number[] {
  return [...(node.scan === null ? [] : [node.scan]), ...node.children.flatMap(scansOf)];
}

function operatorHead({ name, details }: PlanNode): readonly Piece[] {
  const texts = details.map(([, text]) => text.replaceAll('\n', ', ')).filter((text) => text.trim() !== '');
  const detail = texts.length === 0 ? '' : `  ${escapeControls(texts.join(' · '))}`;
  return [
    ['bold', escapeControls(name.replaceAll('_', ' ').trim())],
    ['dim', detail],
  ];
}

function scanHead(scan: ExplainedScan): readonly Piece[] {
  return [
    ['function', escapeControls(scan.title)],
    [null, `  ${accessText(scan)}`],
  ];
}

/** `1,204 rows`, `est 1.2M → 1,204 rows`, or before it ran `est 1.2M rows`. */
function rowsOf(expected: number | null, real: number | null): Pick<PlanLine, 'rows' | 'isOff'> {
  if (real === null) return { rows: expected === null ? '' : `est ${counted1(expected)}`, isOff: false };
  if (expected === null) return { rows: counted(real, 'row'), isOff: false };
  const [less, more] = expected < real ? [expected, real] : [real, expected];
  // One row more or less is no mistake, whatever the ratio.
  const isOff = more > FAR_OFF * Math.max(1, less);
  return { rows: `est ${shortCount(expected)} → ${grouped(real)} row${real === 1 ? '' : 's'}${isOff ? ' !' : ''}`, isOff };
}

function counted1(count: number): string {
  return `${shortCount(count)} row${Math.round(count) === 1 ? '' : 's'}`;
}

function adviceLines({ scans }: ExplainedPlan, columns: number, palette: Palette): string[] {
  const seen = new Set<string>();
  return scans.flatMap(({ advice }) => {
    if (advice === null || seen.has(advice.command)) return [];
    seen.add(advice.command);
    return [
      `${palette('good', 'try:')} ${escapeControls(advice.command)}`,
      ...wrapText(`     ${escapeControls(advice.saving)}`, columns, 5).map((line) => palette('dim', line)),
    ];
  });
}

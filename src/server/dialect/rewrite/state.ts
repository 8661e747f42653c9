/** What one rewrite gathers on its way, and how its rules reach each other without importing one another. */
import type { Node } from '@pgsql/types';
import type { SessionFacts } from '../../words.ts';
import { MACROS } from '../macros.ts';
import type { RedisCall } from '../redis-calls.ts';
import { call } from './template.ts';

export interface RewriteInput {
  /** The statement's text and the calls of Redis in it. */
  readonly text: string;
  readonly calls: readonly RedisCall[];
  readonly facts: SessionFacts;
  readonly parameterCount: number;
}

/** The rules that other rules need. */
export interface Rules {
  /** Gives the node that stands for `node`, its children first. */
  transform(node: Node, rewrite: Rewrite): Node;
  /** Gives what stands for a call whose arguments are done. */
  functionCall(node: Extract<Node, { FuncCall: unknown }>, rewrite: Rewrite): Node;
}

export class Rewrite {
  /** In the order in which they must be made. */
  readonly macros = new Set<string>();
  /** See DataStatement. */
  readonly listParameters = new Map<number, number>();
  readonly patternParameters = new Map<number, number>();
  /** Names in the deparsed text, and what is written in their place. */
  readonly verbatim = new Map<string, string>();
  /** Aliases of functions in FROM that stand for their one value. */
  readonly valueAliases: ReadonlySet<string>;
  readonly input: RewriteInput;
  readonly #rules: Rules;
  #parameters: number;

  constructor(input: RewriteInput, valueAliases: ReadonlySet<string>, rules: Rules) {
    this.input = input;
    this.valueAliases = valueAliases;
    this.#rules = rules;
    this.#parameters = input.parameterCount;
  }

  transform(node: Node): Node {
    return this.#rules.transform(node, this);
  }

  /** A call by PostgreSQL's name, `args` being done. */
  functionCall(name: string, args: readonly Node[]): Node {
    const node = {
      FuncCall: { funcname: [{ String: { sval: name } }], args: [...args], funcformat: 'COERCE_EXPLICIT_CALL' as const },
    };
    return this.#rules.functionCall(node, this);
  }

  /** A call of one of MACROS, which the session must then have, with those that it uses. */
  macro(name: string, ...args: readonly Node[]): Node {
    this.#need(name);
    return call(name, ...args);
  }

  #need(name: string): void {
    const body = MACROS.get(name);
    if (body === undefined) throw new Error(`no macro ${name}`);
    for (const [needed] of body.matchAll(/\b_pg_\w+/g)) if (needed !== name) this.#need(needed);
    this.macros.add(name);
  }

  /** Gives a name that stands in the deparsed text for `text`, which no tree can hold. */
  placeholder(text: string): string {
    const name = `_verbatim_${this.verbatim.size}`;
    this.verbatim.set(name, text);
    return name;
  }

  verbatimNode(text: string): Node {
    return { ColumnRef: { fields: [{ String: { sval: this.placeholder(text) } }] } };
  }

  /** A parameter that stands for another one in a use of its own (see DataStatement). */
  derivedParameter(of: number, uses: Map<number, number>): Node {
    this.#parameters++;
    uses.set(this.#parameters, of);
    return { ParamRef: { number: this.#parameters } };
  }
}

/** What a rule for a function is, and the three simplest kinds of rules. */
import type { FuncCall, Node } from '@pgsql/types';
import type { Rewrite } from '../rewrite/state.ts';
import { template } from '../rewrite/template.ts';

/** Makes the node in place of a call. Arguments are transformed already. Null: the call stays as it is. */
export type FunctionRule = (args: readonly Node[], rewrite: Rewrite, call: FuncCall) => Node | null;

/** A rule that is an expression over the arguments, $1, $2, …; by number of arguments, where it differs. */
export function rule(...forms: readonly string[]): FunctionRule {
  return (args) => {
    const form = forms.find((one) => highest(one) === args.length);
    return form === undefined ? null : template(form, ...args);
  };
}

function highest(form: string): number {
  return Math.max(0, ...[...form.matchAll(/\$(\d)/g)].map((match) => Number(match[1])));
}

/** A rule that only gives another name. */
export function renamed(name: string): FunctionRule {
  return (_args, _rewrite, original) => ({ FuncCall: { ...original, funcname: [{ String: { sval: name } }] } });
}

/** A rule that calls a macro. */
export function macro(name: string): FunctionRule {
  return (args, rewrite) => rewrite.macro(name, ...args);
}

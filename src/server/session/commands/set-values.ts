/** Reads the values of SET and of BEGIN's options from the parse tree. */
import type { Node } from '@pgsql/types';
import { constantOf } from '../../dialect/tree.ts';
import { PgError } from '../../pg-error.ts';
import type { TransactionModes } from '../transaction.ts';

/** Gives transaction modes (BEGIN, SET TRANSACTION) as settings with their values. */
export function modesOf(options: readonly Node[] | undefined): TransactionModes {
  const modes = new Map<string, string>();
  for (const option of options ?? []) {
    if (!('DefElem' in option)) continue;
    const { defname = '', arg } = option.DefElem;
    const value = arg === undefined ? '' : (valueText(arg) ?? '');
    modes.set(defname, defname === 'transaction_isolation' ? value : value === '1' ? 'on' : 'off');
  }
  return modes;
}

/** Gives one value of SET as text. */
export function valueText(node: Node): string | null {
  if ('A_Const' in node) {
    const constant = constantOf(node.A_Const);
    if (constant === null || constant.kind === 'null') return null;
    return constant.kind === 'boolean' ? String(constant.value) : constant.text;
  }
  // SET TIME ZONE INTERVAL '…': nothing else may have a type here.
  if ('TypeCast' in node && node.TypeCast.arg !== undefined) return `INTERVAL '${valueText(node.TypeCast.arg) ?? ''}'`;
  return null;
}

/**
 * Gives the value of SET as one text, as flatten_set_variable_args does.
 * @param list what the setting takes: one value; a list; a list of identifiers
 * @throws {PgError} 22023 a list where one value is taken
 */
export function setText(name: string, args: readonly Node[], list: true | 'quoted' | undefined): string {
  if (args.length > 1 && list === undefined) throw new PgError('22023', `SET ${name} takes only one argument`);
  const texts = args.map((arg) => valueText(arg) ?? '');
  if (list !== 'quoted') return texts.join(', ');
  return texts.map((text) => (/^[a-z_][a-z0-9_$]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`)).join(', ');
}

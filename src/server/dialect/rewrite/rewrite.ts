/** Writes a query of PostgreSQL's dialect in DuckDB's. The tree that is given stays as it is. */
import type { Node } from '@pgsql/types';
import { deparseSync } from 'pgsql-deparser';
import { tokensOf } from '../../../sql/index.ts';
import { PgError } from '../../pg-error.ts';
import { functionCall } from '../functions/functions.ts';
import { Rewrite, type RewriteInput } from './state.ts';
import { valueAliases } from './tables.ts';
import { transform } from './transform.ts';

export interface Rewritten {
  readonly text: string;
  /** Macros that it calls, those that they call included. */
  readonly macros: ReadonlySet<string>;
  /** See DataStatement. */
  readonly listParameters: ReadonlyMap<number, number>;
  readonly patternParameters: ReadonlyMap<number, number>;
}

/** @throws {PgError} 0A000 for what DuckDB cannot say; 54001 where it is nested too deeply. */
export function rewriteQuery(tree: Node, input: RewriteInput): Rewritten {
  const rewrite = new Rewrite(input, valueAliases(tree), { transform, functionCall });
  const copy = structuredClone(tree);
  const transformed = transform(copy, rewrite);
  const deparsed = deparse(transformed);
  return {
    text: settle(deparsed, rewrite),
    macros: rewrite.macros,
    listParameters: rewrite.listParameters,
    patternParameters: rewrite.patternParameters,
  };
}

function deparse(tree: Node): string {
  try {
    return deparseSync(tree, { pretty: false });
  } catch (error) {
    if (error instanceof Error && /call stack/i.test(error.message))
      throw new PgError('54001', 'stack depth limit exceeded', { cause: error });
    throw new PgError('0A000', 'the statement has a form that redquery cannot translate', { cause: error });
  }
}

/** Words that DuckDB reserves and PostgreSQL does not: in the deparsed text they are names. */
const DUCK_RESERVED = new Set([
  'describe',
  'lambda',
  'pivot',
  'pivot_longer',
  'pivot_wider',
  'qualify',
  'show',
  'summarize',
  'unpivot',
  'anti',
  'asof',
  'at',
  'by',
  'columns',
  'generated',
  'glob',
  'map',
  'positional',
  'semi',
  'struct',
  'try_cast',
  'unpack',
]);

/** Quotes names that DuckDB reserves and puts the calls of Redis, and other text that no tree holds, in their places. */
function settle(text: string, rewrite: Rewrite): string {
  if (rewrite.verbatim.size === 0 && !DUCK_WORD.test(text)) return text;
  let result = '';
  let at = 0;
  for (const token of tokensOf(text)) {
    let written: string | undefined;
    if (token.kind === 'identifier' || token.kind === 'quotedIdentifier') written = rewrite.verbatim.get(token.value);
    // The deparser writes keywords in upper case, names in lower case.
    if (token.kind === 'identifier' && token.written === token.value && DUCK_RESERVED.has(token.value))
      written = `"${token.value}"`;
    if (written === undefined) continue;
    result += text.slice(at, token.start) + written;
    at = token.end;
  }
  return result + text.slice(at);
}

const DUCK_WORD = new RegExp(`\\b(?:${[...DUCK_RESERVED].join('|')})\\b`);

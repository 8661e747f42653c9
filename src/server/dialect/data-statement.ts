/** Makes what the engine runs and what the catalog describes out of one statement that reads Redis. */
import type { Node } from '@pgsql/types';
import { tokensOf } from '../../sql/index.ts';
import type { DataStatement, ParsedStatement, SessionFacts } from '../words.ts';
import { type RedisCall, redisCalls } from './redis-calls.ts';
import type { Relations } from './relations.ts';
import { rewriteQuery } from './rewrite/rewrite.ts';

/** Rewrites a statement with a tree. */
export function dataStatement(
  statement: ParsedStatement,
  tree: Extract<Node, { SelectStmt: unknown }>,
  relations: Relations,
  facts: SessionFacts,
): DataStatement {
  const calls = redisCalls(statement.text);
  const rewritten = rewriteQuery(tree, { text: statement.text, calls, facts, parameterCount: statement.parameterCount });
  const { text, mapPosition } = describeText(statement.text, calls);
  return {
    duckText: rewritten.text,
    describeText: text,
    calls: callsOf(calls),
    tables: [...new Set(relations.tables.map((table) => table.relname ?? ''))],
    macros: [...rewritten.macros],
    ...(rewritten.listParameters.size === 0 ? {} : { listParameters: rewritten.listParameters }),
    ...(rewritten.patternParameters.size === 0 ? {} : { patternParameters: rewritten.patternParameters }),
    ...(calls.length === 0 ? {} : { mapPosition }),
  };
}

/** A statement that only DuckDB's grammar takes: it runs as it is; its tables are guessed from its words. */
export function duckStatement(text: string, context: { isTable(name: string): boolean }): DataStatement {
  const names = tokensOf(text)
    .filter(({ kind }) => kind === 'identifier' || kind === 'quotedIdentifier')
    .flatMap(({ value, written }) => [value, written]);
  const tables = [...new Set(names)].filter((name) => context.isTable(name));
  return { duckText: text, describeText: null, calls: callsOf(redisCalls(text)), tables, macros: [] };
}

function callsOf(calls: readonly RedisCall[]): DataStatement['calls'] {
  const unique = new Map(calls.map((call) => [call.shadow, { shadow: call.shadow, duckText: call.text }]));
  return [...unique.values()];
}

/** Puts a table in each call's place; a call without alias keeps its function's name as its alias. */
function describeText(text: string, calls: readonly RedisCall[]): { text: string; mapPosition: (offset: number) => number } {
  let result = '';
  let at = 0;
  const places: { readonly newEnd: number; readonly oldEnd: number; readonly newStart: number; readonly oldStart: number }[] = [];
  for (const call of calls) {
    result += text.slice(at, call.start);
    const newStart = result.length;
    result += `shadow."${call.shadow}"${call.hasAlias ? '' : ` AS ${call.functionName}`}`;
    places.push({ newStart, newEnd: result.length, oldStart: call.start, oldEnd: call.end });
    at = call.end;
  }
  return {
    text: result + text.slice(at),
    mapPosition(offset) {
      const last = places.findLast((place) => place.newStart <= offset);
      if (last === undefined) return offset;
      return offset < last.newEnd ? last.oldStart : last.oldEnd + offset - last.newEnd;
    },
  };
}

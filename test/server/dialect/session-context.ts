/** A session as the dialect sees it, without a server. */
import { localUser } from '../../../src/server/auth/authenticator.ts';
import { parseScript } from '../../../src/server/dialect/parse.ts';
import { type RouteContext, routeStatement } from '../../../src/server/dialect/route.ts';
import type { DataStatement, ParsedStatement, Route, SessionFacts } from '../../../src/server/words.ts';

const SETTINGS: Readonly<Record<string, string>> = {
  server_version: '18.6',
  search_path: '"$user", public',
  timezone: 'UTC',
  datestyle: 'ISO, MDY',
  jit: 'off',
};

/** Facts of user ann's session 7, its transaction begun at 2026-01-02 03:04:05.06 UTC. */
export function factsWith(settings: Readonly<Record<string, string>> = {}): SessionFacts {
  const all = { ...SETTINGS, ...settings };
  return {
    processId: 7,
    user: localUser('ann'),
    database: 'redis',
    setting: (name) => (Object.hasOwn(all, name) ? (all[name] ?? null) : null),
    changedSettings: new Map(),
    applySetting: ({ value }) => value,
    transactionStartMs: Date.UTC(2026, 0, 2, 3, 4, 5, 60),
  };
}

const TABLES = new Set(['t', 'orders', 'customers', 'v_city', 'Mixed']);

export function contextWith(settings: Readonly<Record<string, string>> = {}): RouteContext {
  return { facts: factsWith(settings), isTable: (name) => TABLES.has(name) };
}

/** The one statement of a text. */
export function statementOf(text: string): ParsedStatement {
  const [statement, ...others] = parseScript(text);
  if (statement === undefined || others.length > 0) throw new Error(`not one statement: ${text}`);
  return statement;
}

export function routeOf(text: string, settings: Readonly<Record<string, string>> = {}): Route {
  return routeStatement(statementOf(text), contextWith(settings));
}

/** The statement that goes to the engine. */
export function dataOf(text: string): DataStatement {
  const route = routeOf(text);
  if (route.kind !== 'data') throw new Error(`${route.kind}, not data: ${text}`);
  return route.statement;
}

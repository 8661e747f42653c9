/**
 * Documents as a table: keys by name, by a narrower pattern or by an index that was asked about, and of each document the
 * paths that are used. Plain data in and out; asks no server. DuckDB checks every filter again.
 */
import type { AccessAnswer, AccessPath, FilterAnswer, Predicate, ScanPlan, ScanRequest } from '../scan-words.ts';
import { argumentTexts, commandsOfKeys, scanCommands, searchCommands } from './command-text.ts';
import { bindJsonTable, JSON_ARGUMENTS, JSON_FUNCTION, jsonSampleFor } from './json-table.ts';
import { keyPlanOf } from './key-plan.ts';
import { checkedColumnsOf, projectedColumns, scanPlanOf } from './scan-plan.ts';
import type { TableSource } from './table-source.ts';

/** The name that TYPE has for documents. */
const JSON_TYPE_NAME = 'ReJSON-RL';

/** The table of `redis_json`. Pushes `_key` and captures by name and by prefix, and takes the way by an index. */
export const jsonSource: TableSource = {
  source: 'json',
  functionName: JSON_FUNCTION,
  positional: ['pattern'],
  argumentNames: JSON_ARGUMENTS,
  sampleFor: jsonSampleFor,
  bind: bindJsonTable,
  classify,
  plan,
};

function classify(filter: Predicate, request: ScanRequest): FilterAnswer {
  return keyPlanOf({ ...request, filter }, null).filterAnswer;
}

function plan(request: ScanRequest, answer: AccessAnswer | null): ScanPlan {
  const found = keyPlanOf(request, answer);
  return scanPlanOf(request, { ...found, commands: commandsFor(request, found.access) });
}

/** Where no path is read, nothing but TYPE tells documents from other keys. */
function commandsFor(request: ScanRequest, access: AccessPath): string[] {
  const read = projectedColumns(request);
  const checked = request.onError === 'skip' ? checkedColumnsOf(request) : [];
  const paths = [...new Set([...read, ...checked].flatMap(({ path }) => path ?? []))];
  const type = paths.length === 0 ? JSON_TYPE_NAME : null;
  const found = access.kind === 'search' ? searchCommands(access) : scanCommands(access, type);
  const hasTtl = read.some(({ role }) => role === 'ttl');
  const ofKey = (key: string): string[] => {
    const ttl = hasTtl ? [`TTL ${key}`] : [];
    if (paths.length > 0) return [`JSON.GET ${key} ${argumentTexts(paths)}`, ...ttl];
    return access.kind === 'scan' ? ttl : [`JSON.GET ${key} $._`, ...ttl];
  };
  return [...found, ...commandsOfKeys(access, ofKey)];
}

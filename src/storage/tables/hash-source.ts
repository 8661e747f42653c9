/**
 * Hashes as a table: what of a filter Redis can be asked for (named keys, a narrower pattern, an index that was asked about),
 * and the scan tasks that follow. Plain data in and out; asks no server. DuckDB checks every filter again.
 */
import type { AccessAnswer, AccessPath, FilterAnswer, Predicate, ScanPlan, ScanRequest } from '../scan-words.ts';
import { COMMON_ARGUMENTS } from './call-arguments.ts';
import { argumentTexts, commandsOfKeys, scanCommands, searchCommands } from './command-text.ts';
import { bindHashTable, hashSampleFor } from './hash-table.ts';
import { keyPlanOf } from './key-plan.ts';
import { checkedColumnsOf, projectedColumns, scanPlanOf } from './scan-plan.ts';
import type { TableSource } from './table-source.ts';

/** The table of `redis_hash`. Pushes `_key` and captures by name and by prefix, and takes the way by an index. */
export const hashSource: TableSource = {
  source: 'hash',
  functionName: 'redis_hash',
  positional: ['pattern'],
  argumentNames: COMMON_ARGUMENTS,
  sampleFor: hashSampleFor,
  bind: bindHashTable,
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

/** Where no field is read, nothing but TYPE tells hashes from other keys. */
function commandsFor(request: ScanRequest, access: AccessPath): string[] {
  const read = projectedColumns(request);
  const checked = request.onError === 'skip' ? checkedColumnsOf(request) : [];
  const fields = [...read, ...checked].flatMap(({ role, name, field }) => (role === 'field' ? [field ?? name] : []));
  const hasAll = read.some(({ role }) => role === 'fields');
  const isScanEnough = fields.length === 0 && !hasAll;
  const found = access.kind === 'search' ? searchCommands(access) : scanCommands(access, isScanEnough ? 'hash' : null);
  const hasTtl = read.some(({ role }) => role === 'ttl');
  const ofKey = (key: string): string[] => {
    const ttl = hasTtl ? [`TTL ${key}`] : [];
    if (hasAll) return [`HGETALL ${key}`, ...ttl];
    if (fields.length > 0) return [`HMGET ${key} ${argumentTexts(fields)}`, ...ttl];
    return access.kind === 'keys' ? [`HLEN ${key}`, ...ttl] : ttl;
  };
  return [...found, ...commandsOfKeys(access, ofKey)];
}

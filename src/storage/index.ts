/** Redis as tables: connections, sources, inference, and the words planner and workers share about a scan. */

export { type Command, type CommandArgument, ControlClient, type ResolvedAddress } from './connections/client.ts';
export type { Endpoint, TlsOptions } from './connections/endpoint.ts';
export {
  describeEndpoint,
  endpointFrom,
  type Pem,
  SERVER_OPTION_NAMES,
  type ServerOptions,
  type ServerTlsOptions,
} from './connections/options.ts';
export { connectErrorFrom, redisErrorFrom } from './connections/redis-error.ts';
export { escapeGlob, globMatches, literalOf, prefixOf } from './keys/glob.ts';
export { type InferenceOptions, inferHashSchema } from './sampling/inference.ts';
export type { ColumnNote, InferredColumn, InferredSchema } from './sampling/inferred-schema.ts';
export type {
  AccessPath,
  ColumnRole,
  Constant,
  FilterAnswer,
  OnError,
  Predicate,
  ScanPlan,
  ScanRequest,
  ScanTask,
  TableColumn,
  TableSource,
} from './scan-words.ts';
export { hashSource } from './tables/hash-source.ts';
export {
  bindHashTable,
  type HashTable,
  type HashTableCall,
  type NamedArgument,
  type NamedArguments,
} from './tables/hash-table.ts';

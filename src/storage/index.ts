/** Redis as tables: connections, sources, inference, and the words planner and workers share about a scan. */

export { type Command, type CommandArgument, ControlClient, type ResolvedAddress } from './client.ts';
export type { Endpoint, TlsOptions } from './endpoint.ts';
export { escapeGlob, globMatches, literalOf, prefixOf } from './glob.ts';
export { hashSource } from './hash-source.ts';
export {
  bindHashTable,
  type HashTable,
  type HashTableCall,
  type NamedArgument,
  type NamedArguments,
} from './hash-table.ts';
export { type InferenceOptions, inferHashSchema } from './inference.ts';
export type { ColumnNote, InferredColumn, InferredSchema } from './inferred-schema.ts';
export {
  describeEndpoint,
  endpointFrom,
  type Pem,
  SERVER_OPTION_NAMES,
  type ServerOptions,
  type ServerTlsOptions,
} from './options.ts';
export { connectErrorFrom, redisErrorFrom } from './redis-error.ts';
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

/** Redis as tables: connections, sources, inference, and the words planner and workers share about a scan. */
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
export type { Endpoint, TlsOptions } from './endpoint.ts';
export { type Command, type CommandArgument, ControlClient, type ResolvedAddress } from './client.ts';
export { escapeGlob, globMatches, literalOf, prefixOf } from './glob.ts';
export { hashSource } from './hash-source.ts';
export {
  bindHashTable,
  type HashArguments,
  type HashTable,
  type HashTableCall,
  hashArgumentsFrom,
  type NamedArgument,
  type NamedArguments,
} from './hash-table.ts';
export { inferHashSchema, type InferenceOptions } from './inference.ts';
export type { InferredColumn, InferredSchema } from './inferred-schema.ts';
export { describeEndpoint, endpointFrom, type Pem, SERVER_OPTION_NAMES, type ServerOptions, type ServerTlsOptions } from './options.ts';
export { connectErrorFrom, redisErrorFrom } from './redis-error.ts';

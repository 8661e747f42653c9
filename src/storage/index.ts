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
export { QueryClient } from './connections/query-client.ts';
export { connectErrorFrom, redisErrorFrom } from './connections/redis-error.ts';
export { replicaOf } from './connections/replicas.ts';
export { TrafficCount } from './connections/traffic.ts';
export { escapeGlob, globMatches, literalOf, prefixOf } from './keys/glob.ts';
export { type KeyGuard, keyGuardFrom } from './keys/key-guard.ts';
export * from './keys/key-shapes.ts';
export * from './keys/shape-tables.ts';
export { parseTemplate } from './keys/template.ts';
export { inferSchema } from './sampling/infer-schema.ts';
export { type InferenceOptions, inferHashSchema } from './sampling/inference.ts';
export type { ColumnNote, InferredColumn, InferredSchema } from './sampling/inferred-schema.ts';
export {
  DEFAULT_SCAN_SETTINGS,
  loosenedSetting,
  SCAN_SETTING_NAMES,
  type ScanSettings,
  scanSettingText,
  withoutScanSetting,
  withScanSetting,
} from './scan-settings.ts';
export type * from './scan-words.ts';
export { answerAggregate } from './search/aggregate/answer.ts';
export { IndexCatalog, type SearchConnections } from './search/catalog/index-catalog.ts';
export { resolveAccess } from './search/resolve.ts';
export { withExampleKey } from './tables/command-text.ts';
export { sourceNamed, sourceOfFunction, TABLE_SOURCES } from './tables/sources.ts';
export type { BoundCall, NamedArgument, NamedArguments, SchemaNeed, TableCall, TableSource } from './tables/table-source.ts';

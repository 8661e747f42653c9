/** What the columns of a table are: the one way in to all samples. */
import { RedQueryError } from '../../errors.ts';
import type { ControlClient } from '../connections/client.ts';
import type { SchemaNeed } from '../tables/table-source.ts';
import { inferElementSchema } from './element-samples.ts';
import { type InferenceOptions, inferHashSchema } from './inference.ts';
import type { InferredSchema } from './inferred-schema.ts';
import { inferJsonSchema } from './json-inference.ts';
import { inferSearchSchema } from './search-schema.ts';
import { inferTimeseriesSchema } from './timeseries-inference.ts';

/** What a call needs, of these keys alone where they are given: then the database is not walked over. */
type SampleNeed = SchemaNeed & Pick<InferenceOptions, 'keys'>;

/**
 * Samples what a call needs.
 * @throws {RedQueryError} RQ_CANCELLED, and what the client and Redis throw.
 */
export function inferSchema(client: ControlClient, need: SampleNeed, signal?: AbortSignal): Promise<InferredSchema> {
  switch (need.source) {
    case 'hash':
      return inferHashSchema(client, { ...need, signal });
    case 'json':
      return inferJsonSchema(client, { ...need, signal });
    case 'string':
    case 'set':
    case 'list':
    case 'zset':
    case 'stream':
      return inferElementSchema(client, need.source, { ...need, signal });
    case 'timeseries':
      return inferTimeseriesSchema(client, { ...need, signal });
    case 'search':
      return inferSearchSchema(client, need.pattern, need.allVarchar);
    default:
      throw new RedQueryError('RQ_INTERNAL', `no sample is taken for ${need.source}`);
  }
}

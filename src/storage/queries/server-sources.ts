/**
 * What a server says of itself as tables: its search indexes, and INFO. No keys, no filters that go down: the answer of one
 * command is all there is, and it is small.
 */
import type { SqlType } from '../../types/index.ts';
import type { ScanPlan, ScanRequest, SourceName, TableColumn } from '../scan-words.ts';
import { callArgumentsFrom } from '../tables/call-arguments.ts';
import { scanPlanOf } from '../tables/scan-plan.ts';
import type { TableCall, TableSource } from '../tables/table-source.ts';

const VARCHAR: SqlType = { id: 'VARCHAR' };
const BIGINT: SqlType = { id: 'BIGINT' };
const DOUBLE: SqlType = { id: 'DOUBLE' };
const BOOLEAN: SqlType = { id: 'BOOLEAN' };
const ARGUMENTS = ['server'];

/** A row an index. `attributes`: a JSON array of objects, as FT.INFO has them. */
export const indexesSource: TableSource = serverSource('indexes', ['FT._LIST', 'FT.INFO …'], {
  name: VARCHAR,
  key_type: VARCHAR,
  prefixes: { id: 'LIST', child: VARCHAR },
  filter: VARCHAR,
  num_docs: BIGINT,
  indexing: BOOLEAN,
  percent_indexed: DOUBLE,
  failures: BIGINT,
  last_error: VARCHAR,
  memory_mb: DOUBLE,
  attributes: { id: 'VARCHAR', alias: 'JSON' },
});

/** A row a line of INFO. */
export const infoSource: TableSource = serverSource('info', ['INFO everything'], {
  section: VARCHAR,
  name: VARCHAR,
  value: VARCHAR,
});

function serverSource(
  source: Extract<SourceName, 'indexes' | 'info'>,
  commands: readonly string[],
  types: Readonly<Record<string, SqlType>>,
): TableSource {
  const functionName = `redis_${source}`;
  const columns = Object.entries(types).map(
    ([name, type]): TableColumn => ({ name, type, role: 'field', field: Buffer.from(name) }),
  );
  return {
    source,
    functionName,
    positional: [],
    argumentNames: ARGUMENTS,
    sampleFor: () => null,
    bind: (call: TableCall) => {
      const { server, onError, batchRows } = callArgumentsFrom(functionName, ARGUMENTS, call.named);
      const nothing = { pattern: '', template: null, options: {}, index: 'auto', accessChoice: 'auto' } as const;
      return { ...nothing, server, onError, batchRows, columns };
    },
    classify: () => 'unsupported',
    plan: (request: ScanRequest): ScanPlan => commandPlanOf(request, commands),
  };
}

/** The plan of rows that no key stands behind. */
function commandPlanOf(request: ScanRequest, commands: readonly string[]): ScanPlan {
  const filterAnswer = request.filter === null ? 'exact' : 'unsupported';
  return scanPlanOf(request, { access: { kind: 'command' }, filterAnswer, conjuncts: [], commands });
}

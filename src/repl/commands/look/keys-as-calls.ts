/** What stands behind FROM for keys that are named by a pattern alone: a sample says of which types they are. */
import { RedQueryError } from '../../../errors.ts';
import { escapeControls, grouped } from '../../../output/index.ts';
import { quoteLiteral } from '../../../sql/index.ts';
import type { Shell } from '../../words.ts';
import { untilAborted } from '../waiting.ts';

/** As many as let a rare type be seen; a rare pattern may need the time. */
const SAMPLE = { mostKeys: 2_000, mostMs: 1_000 } as const;

/** The keys of one type under a pattern. */
interface KeyCall {
  /** `hash`, `json`. */
  readonly type: string;
  /** `redis_hash('shop:*')`; null where keys of the type are no table. */
  readonly call: string | null;
  /** Sampled keys. */
  readonly count: number;
}

export interface KeyCalls {
  /** One a type, that of the most keys first; none where no key is like that. */
  readonly calls: readonly KeyCall[];
  /** Keys that were walked over; null where that were all. */
  readonly visitedKeys: number | null;
}

/**
 * Looks at a sample of the keys of `pattern`, which may be a template. Where this user may not look, there are none.
 * @throws {RedQueryError} RQ_ARGUMENT for a template that is none, RQ_CANCELLED, and what connecting throws.
 */
export async function callsOfKeys(pattern: string, shell: Shell, signal: AbortSignal): Promise<KeyCalls> {
  const [{ sampleKeys, UNKNOWN_TYPE }, { typeText }, storage] = await Promise.all([
    import('../../keyspace/sample.ts'),
    import('../../keyspace/draw-map.ts'),
    import('../../../storage/index.ts'),
  ]);
  const glob = storage.parseTemplate(pattern).pattern;
  const client = await untilAborted(signal, shell.redis());
  try {
    const { keys, isWhole, visitedKeys } = await sampleKeys(client, { ...SAMPLE, pattern: glob, signal });
    const counts = new Map<string, number>();
    for (const { type } of keys) if (type !== UNKNOWN_TYPE) counts.set(type, (counts.get(type) ?? 0) + 1);
    const calls = [...counts].map(([type, count]): KeyCall => {
      const name = Object.hasOwn(storage.TYPE_TABLES, type) ? storage.TYPE_TABLES[type]?.functionName : undefined;
      return { type: typeText(type), count, call: name === undefined ? null : `${name}(${quoteLiteral(pattern)})` };
    });
    calls.sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
    return { calls, visitedKeys: isWhole ? null : visitedKeys };
  } catch (error) {
    if (error instanceof RedQueryError && error.code === 'RQ_REDIS_PERMISSION') return { calls: [], visitedKeys: null };
    throw error;
  }
}

/** Says of which types the keys are; null where they are one table. */
export function typesText(pattern: string, { calls, visitedKeys }: KeyCalls): string | null {
  if (calls.length === 1 && calls[0]?.call !== null) return null;
  const types = calls.map(({ type, count, call }) => `${grouped(count)} ${type}${call === null ? ' (no table)' : ''}`);
  const where = visitedKeys === null ? '' : ` among the first ${grouped(visitedKeys)} of the database`;
  return `${escapeControls(pattern)}: ${types.join(', ')} keys${where}`;
}

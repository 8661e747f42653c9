import { describe, expect, it } from 'vitest';
import { redisCallsIn } from '../../../src/repl/completion/places/redis-calls.ts';

const call = { positional: ['user:*'], named: {}, hasColumns: false };

describe('redisCallsIn', () => {
  it.each([
    ["redis_hash('user:*')", [{ ...call, name: 'redis_hash' }]],
    ["REDIS_Hash ( 'it''s' )", [{ ...call, name: 'redis_hash', positional: ["it's"] }]],
    ['redis_indexes()', [{ ...call, name: 'redis_indexes', positional: [] }]],
    [
      "redis_hash('user:*', sample_size => 10, all_varchar := TRUE, INDEX => 'none', server => NULL)",
      [{ ...call, name: 'redis_hash', named: { sample_size: 10, all_varchar: true, index: 'none', server: null } }],
    ],
    [
      "redis_hash('user:*', columns => {'a': 'BIGINT', 'b': 'VARCHAR'})",
      [{ ...call, name: 'redis_hash', named: null, hasColumns: true }],
    ],
    ["redis_hash('user:' || 'x')", [{ ...call, name: 'redis_hash', positional: null }]],
    ['redis_hash($1)', [{ ...call, name: 'redis_hash', positional: null }]],
    ["redis_hash('user:*', sample_size => 5 + 5)", [{ ...call, name: 'redis_hash', named: null }]],
    [
      "(SELECT f(a, b) FROM redis_set('user:*') JOIN redis_list('user:*') USING (x))",
      [
        { ...call, name: 'redis_set' },
        { ...call, name: 'redis_list' },
      ],
    ],
    ["redis_hash('user:*'", []],
    ['redis_hash', []],
    ["'redis_hash(''user:*'')' /* redis_hash('a') */", []],
  ])('finds those of %j', (text, expected) => {
    expect(redisCallsIn(text).map(({ start: _, end: __, ...rest }) => rest)).toEqual(expected);
  });

  it('says where they stand', () => {
    const text = "FROM (FROM redis_hash( 'a' ) ) x, redis_set('b')";
    expect(redisCallsIn(text).map(({ start, end }) => text.slice(start, end))).toEqual(["redis_hash( 'a' )", "redis_set('b')"]);
  });
});

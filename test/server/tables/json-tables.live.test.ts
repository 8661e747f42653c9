import { afterAll, beforeAll, expect, it } from 'vitest';
import { discoverTables } from '../../../src/server/tables/discover.ts';
import { ServedTables } from '../../../src/server/tables/served-tables.ts';
import type { ServedTable } from '../../../src/server/words.ts';
import { type LiveSession, startLive } from '../../support/live-session.ts';

let live: LiveSession;
let found: readonly ServedTable[];

beforeAll(async () => {
  live = await startLive({}, { modules: true });
  for (let n = 1; n <= 3; n++) {
    await live.redis.call(
      'JSON.SET',
      `product:${n}`,
      '$',
      `{"name":"p${n}","dims":{"w":${n},"h":1},"tags":["a","b"],"parts":[{"x":1}]}`,
    );
  }
  found = await discoverTables(live.session);
});

afterAll(async () => {
  await live[Symbol.asyncDispose]();
});

it('shows objects in documents as JSON, and lists of plain values as arrays', () => {
  const types = found.find(({ name }) => name === 'product')?.columns.map(({ name, type }) => `${name} ${type.alias ?? type.id}`);
  expect(types).toEqual(['_key VARCHAR', 'name VARCHAR', 'dims JSON', 'tags LIST', 'parts JSON']);
});

it('gives an object the text that it has in Redis', async () => {
  const product = found.find(({ name }) => name === 'product');
  const rows = await live.session.query(`SELECT dims::VARCHAR AS dims FROM (${product?.select}) WHERE _key = 'product:2'`).rows();
  expect(rows).toEqual([{ dims: '{"w":2,"h":1}' }]);
});

it('gives a declared view the estimate of the found table with its keys', () => {
  const tables = new ServedTables();
  const [product] = found;
  if (product === undefined) throw new Error('nothing was found');
  tables.setDeclared([{ ...product, name: 'goods', kind: 'view', estimatedRows: 0 }]);
  tables.setDiscovered(found);
  expect(tables.all.map(({ name, estimatedRows }) => [name, estimatedRows])).toEqual([
    ['goods', 3],
    ['product', 3],
  ]);
});

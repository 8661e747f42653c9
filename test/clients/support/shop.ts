/**
 * The data that every client suite reads: the same rows in Redis (hashes `order:N`, `customer:N`) and as tables of a real
 * PostgreSQL, against which the suites themselves are proven. Deterministic; no random numbers.
 */
import { once } from 'node:events';
import net from 'node:net';

export const ORDER_COUNT = 10_000;
export const CUSTOMER_COUNT = 500;

const CITIES = ['Oslo', 'Rome', 'Paris', 'Lima', 'Kyoto', 'Łódź', "L'Aquila"];
const COUNTRIES = ['NO', 'IT', 'FR', 'PE', 'JP'];
const FIRST_MINUTE_MS = Date.UTC(2024, 0, 1);
const MINUTES_APART = 47;

/** Null: the hash has no such field, the table NULL. */
export type Cells = Readonly<Record<string, string | null>>;

/** Order `id` (from 1), each value as Redis holds it. */
function order(id: number): Cells {
  const created = new Date(FIRST_MINUTE_MS + id * MINUTES_APART * 60_000).toISOString();
  return {
    id: String(id),
    customer: `c${(id * 7) % CUSTOMER_COUNT}`,
    city: id % 61 === 0 ? null : (CITIES[(id + Math.floor(id / 7)) % CITIES.length] ?? null),
    amount: ((id * 7919) % 100_000)
      .toString()
      .replace(/^\d{1,2}$/, (digits) => digits.padStart(3, '0'))
      .replace(/(\d\d)$/, '.$1'),
    price: String(id / 8),
    paid: id % 3 === 0 ? 'true' : 'false',
    created: `${created.slice(0, 10)} ${created.slice(11, 19)}+00`,
    day: created.slice(0, 10),
    tags: JSON.stringify(id % 2 === 0 ? { size: id % 10, words: ['a', 'b "q"'] } : ['x', id]),
  };
}

function customer(id: number): Cells {
  return { id: String(id), name: `Customer ${id} ✓`, country: COUNTRIES[id % COUNTRIES.length] ?? null };
}

/** Keys with their cells. */
export function* orders(): Generator<readonly [key: string, cells: Cells]> {
  for (let id = 1; id <= ORDER_COUNT; id++) yield [`order:${id}`, order(id)];
}

export function* customers(): Generator<readonly [key: string, cells: Cells]> {
  for (let id = 0; id < CUSTOMER_COUNT; id++) yield [`customer:c${id}`, customer(id)];
}

const ORDERS = `redis_hash('order:*', columns => {'id': 'BIGINT', 'customer': 'VARCHAR', 'city': 'VARCHAR', 'amount': 'DECIMAL(10,2)',
  'price': 'DOUBLE', 'paid': 'BOOLEAN', 'created': 'TIMESTAMPTZ', 'day': 'DATE', 'tags': 'JSON'})`;

/** For `redquery serve --views FILE`. */
export const VIEWS = `
CREATE VIEW orders AS SELECT * FROM ${ORDERS};
CREATE VIEW customers AS SELECT * FROM redis_hash('customer:*', columns => {'id': 'BIGINT', 'name': 'VARCHAR', 'country': 'VARCHAR'});
CREATE VIEW v_city AS SELECT city, count(*) AS n, sum(amount) AS total FROM ${ORDERS} GROUP BY city;
CREATE VIEW v_lists AS SELECT id, string_split('a,' || customer, ',') AS words, [id, NULL, id + 1] AS numbers FROM ${ORDERS};
`;

/** The same for PostgreSQL. */
export const TABLES = `
CREATE TABLE orders (_key text PRIMARY KEY, id bigint, customer text, city text, amount numeric(10,2), price double precision,
  paid boolean, created timestamptz, day date, tags json);
CREATE TABLE customers (_key text PRIMARY KEY, id bigint, name text, country text);
CREATE VIEW v_city AS SELECT city, count(*) AS n, sum(amount) AS total FROM orders GROUP BY city;
CREATE VIEW v_lists AS SELECT id, ARRAY['a', customer] AS words, ARRAY[id, NULL, id + 1] AS numbers FROM orders;
COMMENT ON TABLE orders IS 'redis_hash(''order:*'')';
`;

/** Writes both kinds of hashes, pipelined. */
export async function fillRedis(port: number): Promise<void> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  let commands = '';
  let count = 0;
  for (const [key, cells] of [...orders(), ...customers()]) {
    const words = Object.entries(cells).flatMap(([name, value]) => (value === null ? [] : [name, value]));
    commands += commandOf(['HSET', key, ...words]);
    count += 1;
  }
  socket.write(commands);
  // Each HSET answers `:N\r\n`.
  let answered = 0;
  for await (const chunk of socket) {
    // A socket without an encoding gives buffers.
    for (const byte of chunk as Buffer) if (byte === 10) answered += 1;
    if (answered >= count) break;
  }
  socket.destroy();
}

function commandOf(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The rows as COPY … (FORMAT text) takes them. */
export function copyText(rows: Iterable<readonly [key: string, cells: Cells]>): string {
  let text = '';
  for (const [key, cells] of rows) {
    const values = [key, ...Object.values(cells)].map((value) => (value === null ? '\\N' : value.replaceAll('\\', '\\\\')));
    text += `${values.join('\t')}\n`;
  }
  return text;
}

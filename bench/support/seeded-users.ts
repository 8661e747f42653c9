/**
 * The data of the benchmarks: hashes `user:N` of five fields, the same at every run. Cities are skewed (each half as
 * frequent as the one before), one score in fifty is missing.
 */

/** The five fields and their SQL types. */
export const USER_COLUMNS = { name: 'VARCHAR', age: 'BIGINT', city: 'VARCHAR', email: 'VARCHAR', score: 'DOUBLE' } as const;
export type UserColumn = keyof typeof USER_COLUMNS;

const CITIES = ['Berlin', 'Paris', 'London', 'Madrid', 'Rome', 'Tokyo', 'New York', 'São Paulo'];
const YOUNGEST = 18;
const AGE_COUNT = 60;
const MISSING_SCORE_EVERY = 50;

export interface User {
  readonly name: string;
  readonly age: number;
  readonly city: string;
  readonly email: string;
  readonly score: number | null;
}

/** Gives user `index`; any order of asking gives the same users. */
export function userAt(index: number): User {
  const random = scramble(index);
  const skew = Math.min(Math.clz32(random), CITIES.length - 1);
  return {
    name: `User Number ${index}`,
    age: YOUNGEST + (random % AGE_COUNT),
    city: CITIES[skew] ?? '',
    email: `user${index}@example.com`,
    score: scramble(random) % MISSING_SCORE_EVERY === 0 ? null : (random % 1_000_003) / 7,
  };
}

/** FROM with the columns declared, as a user of the library would write it. */
export function usersTable(...columns: readonly UserColumn[]): string {
  const declared = columns.map((column) => `'${column}': '${USER_COLUMNS[column]}'`);
  return `redis_hash('user:*', columns => {${declared.join(', ')}})`;
}

/** A 32-bit finaliser (that of MurmurHash3): every bit of the result depends on every bit of the input. */
function scramble(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** What one session may keep: nobody takes the server's memory by messages that are allowed one by one. */
import { expect, it } from 'vitest';
import { MOST_STATEMENT_TEXT, MOST_STATEMENTS, PreparedTable } from '../../../src/server/session/commands/prepared-table.ts';
import { MOST_PORTALS } from '../../../src/server/session/portals/portals.ts';
import { EMPTY_PLAN, type PreparedStatement } from '../../../src/server/session/session-plan.ts';
import { bind, parse, sync, Talk } from './wire-talk.ts';

function statement(name: string, text = ''): PreparedStatement {
  return { name, text, statement: null, plan: EMPTY_PLAN };
}

it('keeps so many prepared statements', () => {
  const table = new PreparedTable();
  for (let n = 0; n < MOST_STATEMENTS; n++) table.set(`s${n}`, statement(`s${n}`));
  expect(() => table.set('more', statement('more'))).toThrow(expect.objectContaining({ sqlState: '53200' }));
  table.set('', statement(''));
  table.delete('');
  table.set('s0', statement('s0'));
  table.delete('s1');
  table.set('more', statement('more'));
  expect(table.has('more')).toBe(true);
});

it('keeps so much text of prepared statements', () => {
  const table = new PreparedTable();
  const half = 'x'.repeat(MOST_STATEMENT_TEXT / 2);
  table.set('a', statement('a', half));
  table.set('a', statement('a', half));
  table.set('b', statement('b', half));
  expect(() => table.set('c', statement('c', 'x'))).toThrow(expect.objectContaining({ sqlState: '53200' }));
  table.clear();
  table.set('c', statement('c', half + half));
  expect(table.get('c')?.text).toHaveLength(MOST_STATEMENT_TEXT);
});

it('has so many portals', async () => {
  const talk = new Talk();
  await talk.say('begin', parse('s', 'select $1::int'), sync);
  const binds = Array.from({ length: MOST_PORTALS }, (_, n) => bind(`p${n}`, 's', ['1']));
  expect(await talk.say(...binds, bind('', 's', ['1']), bind('more', 's', ['1']), sync)).toMatch(
    /(2 \/ ){1000}E ERROR 53200 out of memory for portals \/ Z E$/,
  );
  expect(await talk.say('rollback; begin', bind('more', 's', ['1']), sync)).toBe('C ROLLBACK / C BEGIN / Z T / 2 / Z T');
});

it('has so many bytes of values in portals', async () => {
  const talk = new Talk();
  const value = '1'.repeat(30 * 2 ** 20);
  await talk.say('begin', parse('s', 'select $1::text', [25]), sync);
  expect(await talk.say(bind('a', 's', [value]), bind('b', 's', [value]), bind('c', 's', [value]), sync)).toBe(
    '2 / 2 / E ERROR 53200 out of memory for portals / Z E',
  );
  expect(await talk.say('rollback; begin', bind('c', 's', [value]), sync)).toContain('2 / Z T');
});

it('has so many savepoints', async () => {
  const talk = new Talk();
  expect(await talk.say(`begin; ${'savepoint a;'.repeat(10_000)}`)).toMatch(/C SAVEPOINT \/ Z T$/);
  expect(await talk.say('savepoint a')).toBe('E ERROR 53200 out of memory for savepoints / Z E');
});

it('has so much room for settings', async () => {
  const talk = new Talk();
  const set = (name: string): Promise<string> => talk.say(`set my.${name} = '${'x'.repeat(600_000)}'`);
  expect(await set('a')).toBe('C SET / Z I');
  expect(await set('a')).toBe('C SET / Z I');
  expect(await set('b')).toBe('E ERROR 53200 out of memory for settings / Z I');
  expect(await talk.say('reset all')).toBe('C RESET / Z I');
  expect(await set('b')).toBe('C SET / Z I');
});

it('makes what scans may do stricter only', async () => {
  const talk = new Talk({ user: { maxScanKeys: 100 } });
  const shown = async (text: string): Promise<string> => talk.say(`${text}; show max_scan_keys`);
  expect(await shown('reset max_scan_keys')).toBe('C RESET / T max_scan_keys:25:0 / D 100 / C SHOW / Z I');
  expect(await shown('set max_scan_keys = 50')).toContain('D 50');
  expect(await shown('set max_scan_keys = 101')).toBe(
    'E ERROR 42501 permission denied to set parameter "max_scan_keys" to "101" / Z I',
  );
  expect(await shown("set max_scan_keys = ''")).toContain('E ERROR 42501');
  expect(await shown('set max_block_ms = 1000')).toContain('E ERROR 42501');
  expect(await shown('set max_block_ms = 10')).toContain('D 50');
});

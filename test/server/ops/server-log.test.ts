import { describe, expect, it } from 'vitest';
import { ServerLog } from '../../../src/server/ops/server-log.ts';
import type { LogOptions } from '../../../src/server/options.ts';
import { PgError } from '../../../src/server/pg-error.ts';
import type { StatementReport } from '../../../src/server/words.ts';

const REPORT: StatementReport = {
  processId: 17,
  user: 'ada',
  database: 'redis',
  applicationName: 'psql',
  text: "select *\nfrom redis_hash('user:*') where city = 'Bern'",
  route: 'data',
  elapsedMs: 12.345678,
  rowCount: 5,
  sqlState: null,
  keysScanned: 100,
  roundTrips: 3,
  bytesReceived: 4096,
};

const REFUSAL = {
  remote: '10.0.0.9',
  user: 'eve',
  error: new PgError('28P01', 'password authentication failed for user "eve"'),
};

function logOf(options: Partial<LogOptions> = {}): { log: ServerLog; lines: string[] } {
  const lines: string[] = [];
  const log = new ServerLog({
    format: 'text',
    statements: 'all',
    slowMs: 1_000,
    write: (line) => lines.push(line),
    ...options,
  });
  return { log, lines };
}

describe('ServerLog', () => {
  it('writes a statement as a line of text', () => {
    const { log, lines } = logOf();
    log.statement(REPORT);
    log.statement({ ...REPORT, sqlState: '42P01', applicationName: '', roundTrips: 0, keysScanned: 0 });
    expect(lines.map((line) => line.replace(/^\S+/, 'TIME'))).toEqual([
      "TIME info [17] ada@redis (psql) data 12.3 ms, 5 rows, 100 keys, 3 round trips: select * from redis_hash('…') where city = '…'",
      "TIME warning [17] ada@redis data 12.3 ms, failed 42P01: select * from redis_hash('…') where city = '…'",
    ]);
  });

  it('writes a statement as JSON', () => {
    const { log, lines } = logOf({ format: 'json' });
    log.statement(REPORT);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: 'info',
        event: 'statement',
        user: 'ada',
        pid: 17,
        database: 'redis',
        application: 'psql',
        route: 'data',
        elapsedMs: 12.346,
        rows: 5,
        keysScanned: 100,
        roundTrips: 3,
        redisBytes: 4096,
        sqlState: null,
        isSlow: false,
        statement: "select *\nfrom redis_hash('…') where city = '…'",
      },
    ]);
    expect(lines[0]).not.toContain('\n');
  });

  it.each([
    ['all', 1, null, true],
    ['slow', 999.9, null, false],
    ['slow', 1_000, null, true],
    ['slow', 1, '57014', true],
    ['none', 5_000, '57014', false],
  ] as const)('logs of %s a statement of %s ms with %s: %s', (statements, elapsedMs, sqlState, isLogged) => {
    const { log, lines } = logOf({ statements });
    log.statement({ ...REPORT, elapsedMs, sqlState });
    expect(lines).toHaveLength(isLogged ? 1 : 0);
  });

  it('writes nothing where there is no log', () => {
    const { log, lines } = logOf({ format: 'none' });
    log.statement(REPORT);
    log.event('error', 'x');
    log.internalError(new Error('x'));
    log.refusal(REFUSAL);
    expect(lines).toEqual([]);
  });

  it.each(['text', 'json'] as const)('keeps a client from writing lines of its own (%s)', (format) => {
    const { log, lines } = logOf({ format, hasLiterals: true });
    const evil = 'x\n2026-01-01T00:00:00Z info all is well\u001b[2J\u009b\u202e\u2028';
    log.statement({ ...REPORT, user: evil, applicationName: evil, database: evil, text: `select '${evil}'` });
    log.refusal({ ...REFUSAL, user: evil, error: new PgError('28P01', evil) });
    expect(lines).toHaveLength(2);
    // oxlint-disable-next-line no-control-regex
    expect(lines.filter((line) => /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/.test(line))).toEqual([]);
  });

  it.each(['text', 'json'] as const)('has no secret in it, whatever happens (%s)', (format) => {
    const { log, lines } = logOf({ format });
    log.statement({ ...REPORT, text: "SET redis.password = 'hunter2'" });
    log.statement({ ...REPORT, text: "select E'hunter2\\'', $$hunter2$$, 'hunter2" });
    log.internalError(new PgError('XX000', 'internal error', { cause: new TypeError(`cannot read "hunter2" of 'hunter2'`) }));
    log.internalError('hunter2');
    log.internalError({ password: 'hunter2' });
    expect(lines).toHaveLength(5);
    expect(lines.join('\n')).not.toContain('hunter2');
    expect(lines.join('\n')).toContain('TypeError');
    expect(lines.join('\n')).toContain('server-log.test.ts');
  });

  it('writes events with their fields', () => {
    const { log, lines } = logOf();
    log.event('info', 'listening', { host: '127.0.0.1', port: 5433, users: null });
    expect(lines[0]).toMatch(/^\S+ info listening host=127\.0\.0\.1 port=5433 users=-$/);
  });

  it('tells who was refused, whence, and why', () => {
    const { log, lines } = logOf();
    log.refusal(REFUSAL);
    log.refusal({ ...REFUSAL, user: null, error: new PgError('08P01', 'invalid length of startup packet') });
    expect(lines.map((line) => line.replace(/^\S+/, 'TIME'))).toEqual([
      'TIME warning connection refused remote=10.0.0.9 user=eve sqlState=28P01 reason=password authentication failed for user "eve"',
      'TIME warning connection refused remote=10.0.0.9 user=- sqlState=08P01 reason=invalid length of startup packet',
    ]);
  });
});

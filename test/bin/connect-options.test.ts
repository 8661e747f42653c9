import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectOptionsFrom } from '../../src/bin/connect-options.ts';
import { queryCommandFrom, type RunCommand } from '../../src/bin/query/arguments.ts';
import type { Environment } from '../../src/bin/redis-arguments.ts';

function commandOf(words: readonly string[], environment: Environment): RunCommand {
  const command = queryCommandFrom(words, environment);
  if (command.kind !== 'run') throw new Error(JSON.stringify(command));
  return command;
}

describe('connectOptionsFrom', () => {
  it.each([
    ['redis://:right@h', undefined],
    ['redis://reader:right@h', undefined],
    ['unix://:right@/run/s.sock', undefined],
    ['unix://reader:right@/run/s.sock?db=2', undefined],
    ['redis://h?password=right', undefined],
    ['redis://:right@', undefined],
    ['redis://h', 'environment'],
    ['redis://reader@h', 'environment'],
    ['unix:///run/s.sock', 'environment'],
    ['unix://reader@/run/s.sock', 'environment'],
  ])('takes the password of %s before that of the environment', async (url, password) => {
    const options = await connectOptionsFrom(commandOf([url], { REDQUERY_PASSWORD: 'environment' }));
    expect(options.password).toBe(password);
    const fromVariable = await connectOptionsFrom(commandOf([], { REDQUERY_URL: url, REDQUERY_PASSWORD: 'environment' }));
    expect(fromVariable).toMatchObject({ ...options, url });
  });

  it('takes the password of a file before all others', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'redquery-options-'));
    try {
      const file = path.join(folder, 'password');
      writeFileSync(file, 'file\r\nmore\n');
      const words = ['unix://:right@/run/s.sock', '--password-file', file];
      expect((await connectOptionsFrom(commandOf(words, { REDQUERY_PASSWORD: 'environment' }))).password).toBe('file');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['REDQUERY_URL', 'REDIS_URL'] as const)('names %s where it holds no URL, and does not repeat it', async (name) => {
    const failing = connectOptionsFrom(commandOf([], { [name]: 'garbage-secret' }));
    await expect(failing).rejects.toMatchObject({
      code: 'RQ_OPTION',
      message: expect.stringContaining(`the variable ${name}: `),
    });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('garbage-secret') });
  });
});

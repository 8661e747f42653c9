import { describe, expect, it } from 'vitest';
import { commandFrom } from '../../../src/bin/command-line.ts';
import { replCommandFrom } from '../../../src/bin/repl/arguments.ts';
import { specText } from '../../../src/bin/spec.ts';

describe('replCommandFrom', () => {
  it('reads where to connect and what the terminal is to do', () => {
    const command = replCommandFrom(
      ['redis://h:7', '--timeout', '1.5', '--read-only', '-q', '--color', 'never', '--server', 'a=redis://b'],
      {},
    );
    expect(command).toMatchObject({
      kind: 'repl',
      url: 'redis://h:7',
      timeoutMs: 1500,
      isReadOnly: true,
      isQuiet: true,
      colour: 'never',
      servers: new Map([['a', 'redis://b']]),
    });
  });

  it.each([
    [['-c', 'select 1'], /Unknown option '-c'/],
    [['--color', 'pink'], /--color "pink" is not known; valid are auto, always, never/],
    [['select 1'], /"select 1" is no URL .*; SQL is typed at the prompt/],
    [['127.0.0.1:7201'], /"127.0.0.1:7201" is no URL .*; did you mean redis:\/\/127.0.0.1:7201\?/],
    [['localhost'], /did you mean redis:\/\/localhost\?/],
    [['--timeout', 'soon'], /--timeout "soon" is no number of seconds/],
  ])('refuses %j', (words, message) => {
    expect(replCommandFrom(words, {})).toEqual({ kind: 'usage', message: expect.stringMatching(message), command: 'repl' });
  });
});

describe('commandFrom', () => {
  it.each([
    [[], 'run', true],
    [['redis://h'], 'run', true],
    [['-c', 'select 1'], 'run', false],
    [['-f', '-'], 'run', false],
  ])('sees that %j is open for what is typed', (words, kind, isOpen) => {
    expect(commandFrom(words, {})).toMatchObject({ kind, isOpen });
  });

  it('knows the word repl', () => {
    expect(commandFrom(['repl'], { REDIS_URL: 'redis://r' })).toMatchObject({ kind: 'repl', url: 'redis://r' });
    expect(commandFrom(['repl', '--help'], {})).toEqual({ kind: 'help', topic: 'repl' });
  });
});

describe('specText', () => {
  it('lists every command with its options', () => {
    const { commands, formats, exitStatuses } = JSON.parse(specText('1.2.3'));
    expect(commands.map(({ command }: { command: string }) => command)).toEqual([
      '',
      'repl',
      'serve',
      'user add',
      'user set',
      'user passwd',
      'user remove',
      'user list',
    ]);
    expect(commands[0].options).toContainEqual({ name: '--command', short: '-c', takesValue: true, isRepeatable: true });
    expect(formats).toContain('csv');
    expect(exitStatuses).toMatchObject({ DONE: 0, INTERRUPTED: 130 });
  });
});

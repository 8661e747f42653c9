import { describe, expect, it } from 'vitest';
import { queryCommandFrom, type RunCommand } from '../../../src/bin/query/arguments.ts';

function run(words: readonly string[], environment = {}): RunCommand {
  const command = queryCommandFrom(words, environment);
  if (command.kind !== 'run') throw new Error(`${command.kind}: ${JSON.stringify(command)}`);
  return command;
}

describe('queryCommandFrom', () => {
  it('keeps -c and -f in their order', () => {
    expect(run(['-c', 'a', '-f', 'b.sql', 'redis://h', '--command=c', '-f', '-']).sources).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'file', path: 'b.sql' },
      { kind: 'text', text: 'c' },
      { kind: 'stdin' },
    ]);
  });

  it.each([
    [['-c', '-- top\nselect 1'], [{ kind: 'text', text: '-- top\nselect 1' }]],
    [['--command', '--top\nselect 1'], [{ kind: 'text', text: '--top\nselect 1' }]],
    [['--command=-- top'], [{ kind: 'text', text: '-- top' }]],
    [['-c-- top'], [{ kind: 'text', text: '-- top' }]],
    [['-qc', '-1'], [{ kind: 'text', text: '-1' }]],
    [
      ['-c', '-q', '-f', '-c'],
      [
        { kind: 'text', text: '-q' },
        { kind: 'file', path: '-c' },
      ],
    ],
    [['-c', ''], [{ kind: 'text', text: '' }]],
    [['-c', '--'], [{ kind: 'text', text: '--' }]],
  ])('takes the word behind an option as it is: %j', (words, sources) => {
    expect(run(words).sources).toEqual(sources);
  });

  it('takes values that begin with a minus', () => {
    const command = run(['-qp', 'min=-5', '--password-file', '-odd', '--', 'redis://h']);
    expect(command).toMatchObject({ isQuiet: true, passwordFile: '-odd', url: 'redis://h' });
    expect(command.parameters).toEqual([{ name: 'min', type: null, value: '-5' }]);
    expect(run(['--param', '1=x', '-q', '-c', 'x']).isQuiet).toBe(true);
  });

  it('reads standard input where no SQL is named', () => {
    expect(run([]).sources).toEqual([{ kind: 'stdin' }]);
  });

  it.each([
    [['redis://arg'], { REDQUERY_URL: 'redis://own', REDIS_URL: 'redis://common' }, 'redis://arg'],
    [[], { REDQUERY_URL: 'redis://own', REDIS_URL: 'redis://common' }, 'redis://own'],
    [[], { REDQUERY_URL: '', REDIS_URL: 'redis://common' }, 'redis://common'],
    [[], {}, null],
  ])('takes the URL of %j and %j', (words, environment, url) => {
    expect(run(words, environment).url).toBe(url);
  });

  it('keeps in mind which variable the URL comes from', () => {
    expect(run([], { REDIS_URL: 'redis://common' }).urlVariable).toBe('REDIS_URL');
    expect(run([], { REDQUERY_URL: 'redis://own', REDIS_URL: 'redis://common' }).urlVariable).toBe('REDQUERY_URL');
    expect(run(['redis://arg'], { REDIS_URL: 'redis://common' }).urlVariable).toBeNull();
  });

  it.each([
    ['min=30', { name: 'min', type: null, value: '30' }],
    ['min:integer=30', { name: 'min', type: 'integer', value: '30' }],
    ['$min=30', { name: 'min', type: null, value: '30' }],
    ['price:decimal(10,2)=1=2', { name: 'price', type: 'decimal(10,2)', value: '1=2' }],
    ['text=a:b=c', { name: 'text', type: null, value: 'a:b=c' }],
    ['empty=', { name: 'empty', type: null, value: '' }],
    ['1=x', { name: '1', type: null, value: 'x' }],
    ['nothing:null=', { name: 'nothing', type: 'null', value: '' }],
    ['lines=a\nb', { name: 'lines', type: null, value: 'a\nb' }],
  ])('reads the parameter %j', (word, parameter) => {
    expect(run(['-c', 'x', '-p', word]).parameters).toEqual([parameter]);
  });

  it('reads named servers and the time-out', () => {
    const command = run(['--server', 'cache=redis://h:1', '--timeout', '1.5']);
    expect([...command.servers]).toEqual([['cache', 'redis://h:1']]);
    expect(command.timeoutMs).toBe(1500);
  });

  it.each([
    [['--format', 'xml'], /xml.*table, box, json, ndjson, csv, tsv, markdown/],
    [['--nope'], /--nope/],
    [['-c'], /-c/],
    [['select 1'], /"select 1" is no URL.*-c/],
    [['redis://a', 'redis://b'], /one URL/],
    [['-p', 'min'], /name=value/],
    [['-p', 'a:null=5'], /a:null=5.*a:null=/],
    [['-qc'], /-c/],
    [['--command'], /--command|-c/],
    [['-p', 'min=1', '-p', 'min=2'], /min is given twice/],
    [['--server', 'redis://h'], /name=URL/],
    [['--timeout', 'soon'], /seconds/],
    [['--timeout', '0'], /seconds/],
  ])('refuses %j with one sentence', (words, message) => {
    const command = queryCommandFrom(words, {});
    expect(command).toMatchObject({ kind: 'usage', message: expect.stringMatching(message) });
  });

  it('never repeats a server’s URL, which may hold a password', () => {
    expect(JSON.stringify(queryCommandFrom(['--server', 'bad name=redis://:secret@h'], {}))).not.toContain('secret');
  });

  it.each([
    [['--help'], 'help'],
    [['-h', '-c', 'x'], 'help'],
    [['--version'], 'version'],
    [['-V'], 'version'],
  ])('takes %j for %s', (words, kind) => {
    expect(queryCommandFrom(words, {}).kind).toBe(kind);
  });
});

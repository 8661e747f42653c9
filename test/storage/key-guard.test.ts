import { describe, expect, it } from 'vitest';
import { keyGuardFrom } from '../../src/storage/keys/key-guard.ts';
import type { AccessPath, ScanTask } from '../../src/storage/scan-words.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const guard = keyGuardFrom(['user:*', 'order:[0-9]*', 'config']);

function outcomeOf(access: AccessPath, source: ScanTask['source'] = 'hash'): string {
  try {
    guard?.checkTask({ source, access });
    return 'allowed';
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

describe('a guard of keys', () => {
  it('is none where every key is allowed', () => {
    expect([keyGuardFrom(null), keyGuardFrom(['user:*', '*']), keyGuardFrom([])]).toEqual([null, null, expect.anything()]);
    expect(keyGuardFrom([])?.allowsKey(bytes('a'))).toBe(false);
  });

  it.each([
    ['user:1', true],
    ['user:', true],
    ['order:1', true],
    ['order:x', false],
    ['config', true],
    ['config2', false],
    ['USER:1', false],
    ['', false],
  ])('tells of the key %j: %j', (key, isAllowed) => {
    expect(guard?.allowsKey(bytes(key))).toBe(isAllowed);
  });

  it.each([
    [['user:'], true],
    [['user:', 'order:1'], true],
    [['user:', 'order:'], false],
    [['user'], false],
    [[''], false],
    [[], false],
    // A prefix is plain bytes.
    [['order:[0-9]'], false],
  ])('tells of an index over %j: %j', (prefixes, isAllowed) => {
    expect(guard?.allowsIndex(prefixes.map(bytes))).toBe(isAllowed);
  });

  it('holds tasks to it', () => {
    expect(outcomeOf({ kind: 'empty' })).toBe('allowed');
    expect(outcomeOf({ kind: 'scan', pattern: bytes('user:1*') })).toBe('allowed');
    expect(outcomeOf({ kind: 'scan', pattern: bytes('*') })).toBe("'*' may match keys that you may not read");
    expect(outcomeOf({ kind: 'series', filters: ['a=b'], pattern: bytes('u*') })).toBe(
      "'u*' may match keys that you may not read",
    );
    expect(outcomeOf({ kind: 'keys', keys: [bytes('user:1'), bytes('config')] })).toBe('allowed');
    expect(outcomeOf({ kind: 'keys', keys: [bytes('secret')] })).toBe('the key is not within the keys that you may read');
    const three = ['user:1', 'b', 'c'].map(bytes);
    expect(outcomeOf({ kind: 'keys', keys: three })).toBe('2 of 3 keys are not within the keys that you may read');
    expect(outcomeOf({ kind: 'command' }, 'indexes')).toBe('allowed');
    expect(outcomeOf({ kind: 'command' }, 'info')).toMatch(/^redis_info tells of all keys/);
  });
});

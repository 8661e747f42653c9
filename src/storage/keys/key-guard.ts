/**
 * Which keys somebody may read, by globs: told of patterns, keys, indexes and whole tasks. Plain arithmetic on bytes; who asks is
 * the session before anything goes to Redis, and the worker before it asks for a key's value.
 */
import { RedQueryError } from '../../errors.ts';
import type { ScanTask } from '../scan-words.ts';
import { escapeGlob, globMatches, prefixOf } from './glob.ts';
import { globContains } from './glob-contains.ts';
import { startsWith } from './key-reach.ts';
import { printableBytes } from './printable.ts';

const STAR = 0x2a;
/** Patterns whose answer is remembered. */
const MOST_KNOWN = 1000;

export class KeyGuard {
  readonly #globs: readonly Uint8Array[];
  /** The bytes of `prefix*`, which most globs are; null for others. */
  readonly #prefixes: readonly (Uint8Array | null)[];
  readonly #known = new Map<string, boolean>();

  /** @param patterns Redis globs; a key may be read that one of them matches. */
  constructor(patterns: readonly string[]) {
    this.#globs = patterns.map((pattern) => Buffer.from(pattern, 'utf8'));
    this.#prefixes = this.#globs.map(prefixOf);
  }

  allowsKey(key: Uint8Array): boolean {
    for (let i = 0; i < this.#globs.length; i++) {
      const prefix = this.#prefixes[i];
      const glob = this.#globs[i];
      if (prefix != null ? startsWith(key, prefix) : glob !== undefined && globMatches(glob, key)) return true;
    }
    return false;
  }

  /** True only where all keys that the pattern can ever match may be read. */
  allowsPattern(pattern: Uint8Array): boolean {
    const name = Buffer.from(pattern).toString('latin1');
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const isAllowed = this.#globs.some((glob) => globContains(glob, pattern));
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(name, isAllowed);
    return isAllowed;
  }

  /** True where all keys that an index may hold may be read; its prefixes are plain bytes, the empty one is every key. */
  allowsIndex(prefixes: readonly Uint8Array[]): boolean {
    return (
      prefixes.length > 0 && prefixes.every((prefix) => this.allowsPattern(Buffer.concat([escapeGlob(prefix), Buffer.of(STAR)])))
    );
  }

  /** @throws {RedQueryError} RQ_FORBIDDEN: a pattern that may match other keys. */
  checkPattern(pattern: Uint8Array): void {
    if (!this.allowsPattern(pattern)) throw patternError(pattern);
  }

  /**
   * Checks what a task reads. An index is not looked at: only the server knows its prefixes.
   * @throws {RedQueryError} RQ_FORBIDDEN: a pattern, or how many keys, are not allowed; INFO, which tells of everything.
   */
  checkTask({ source, access }: Pick<ScanTask, 'source' | 'access'>): void {
    switch (access.kind) {
      case 'empty':
      case 'query':
        return;
      case 'keys': {
        const count = access.keys.filter((key) => !this.allowsKey(key)).length;
        if (count === 0) return;
        const what = access.keys.length === 1 ? 'the key is' : `${count} of ${access.keys.length} keys are`;
        throw new RedQueryError('RQ_FORBIDDEN', `${what} not within the keys that you may read`);
      }
      case 'scan':
      case 'series':
      case 'search':
        return this.checkPattern(access.pattern);
      case 'command':
        if (source === 'info')
          throw new RedQueryError('RQ_FORBIDDEN', 'redis_info tells of all keys; it is for users who may read them');
        return;
      default:
        access satisfies never;
    }
  }
}

/** Gives the guard of these patterns; null where every key may be read. */
export function keyGuardFrom(patterns: readonly string[] | null): KeyGuard | null {
  return patterns === null || patterns.includes('*') ? null : new KeyGuard(patterns);
}

function patternError(pattern: Uint8Array): RedQueryError {
  return new RedQueryError('RQ_FORBIDDEN', `'${printableBytes(pattern)}' may match keys that you may not read`, {
    hint: 'Give a pattern that lies within yours, or name the keys: WHERE _key IN (…).',
  });
}

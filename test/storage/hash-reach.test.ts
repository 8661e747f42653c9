/** Whatever the filter over keys: what a plan reaches holds every key that passes, and no other where that is claimed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Constant, globMatches, type Predicate, type TableColumn } from '../../src/storage/index.ts';
import { scanRequest, source } from '../support/scans.ts';

const COLUMNS: readonly TableColumn[] = [{ name: '_key', type: { id: 'VARCHAR' }, role: 'key' }];
const KEY = 0;

const text = (value: string | null): Constant => ({ type: 'VARCHAR', value });
const begins = (prefix: string): Predicate => ({ kind: 'prefix', column: KEY, prefix });
const all = (...children: Predicate[]): Predicate => ({ kind: 'and', children });
const any = (...children: Predicate[]): Predicate => ({ kind: 'or', children });
const OPAQUE: Predicate = { kind: 'opaque', text: 'f(x)' };

describe('what a plan reaches', () => {
  const TEXTS = ['', 'u', 'us', 'u:1', 'u:11', 'u:12', 'u:*', 'v:1', 'u:\\xff', 'u:\\x7f'];
  const KEYS = [...TEXTS, 'u:\\', 'u:\\x', 'u:1\\xe9']
    .map((key) => Buffer.from(key))
    .concat(Buffer.from('u:\xff', 'latin1'), Buffer.from('u:1\xe9', 'latin1'));
  const PATTERNS = ['*', '**', 'u*', 'u:*', 'u:1', 'u:?', 'u:\\*', 'u:[1-9]*', 'v*', ''];
  const constant = fc.constantFrom<Constant>(...TEXTS.map(text), text(null), { type: 'BLOB', value: 'u:1' });
  const leaf: fc.Arbitrary<Predicate> = fc.oneof(
    constant.map((value): Predicate => ({ kind: 'comparison', op: '=', column: KEY, value })),
    fc.array(constant, { minLength: 1, maxLength: 3 }).map((values): Predicate => ({ kind: 'in', column: KEY, values })),
    fc.constantFrom('u', 'u:', 'u:1', 'v', 'u:\\', 'u:\\xf', 'u:1\\xe9', '').map((prefix) => begins(prefix)),
    fc
      .tuple(fc.constantFrom('<', '<=', '>', '>=', '<>'), constant)
      .map(([op, value]): Predicate => ({ kind: 'comparison', op, column: KEY, value })),
    fc.constantFrom<Predicate>({ kind: 'isNull', column: KEY }, { kind: 'isNotNull', column: KEY }, OPAQUE),
  );
  const { filter } = fc.letrec<{ filter: Predicate }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((children) => all(...children)),
      fc.array(tie('filter'), { minLength: 1, maxLength: 3 }).map((children) => any(...children)),
      tie('filter').map((child): Predicate => ({ kind: 'not', child })),
    ),
  }));

  /** The text that SQL sees, with three-valued logic; an opaque filter is decided by the key's length. */
  function truth(predicate: Predicate, key: string): boolean | null {
    switch (predicate.kind) {
      case 'comparison':
        return compared(key, predicate.op, predicate.value.value);
      case 'in':
        return (
          predicate.values.some(({ value }) => value === key) ||
          (predicate.values.some(({ value }) => value === null) ? null : false)
        );
      case 'prefix':
        return key.startsWith(predicate.prefix);
      case 'isNull':
        return false;
      case 'isNotNull':
        return true;
      case 'opaque':
        return key.length % 2 === 0;
      case 'not': {
        const child = truth(predicate.child, key);
        return child === null ? null : !child;
      }
      case 'call':
        return null;
      default: {
        const children = predicate.children.map((child) => truth(child, key));
        const decisive = predicate.kind === 'or';
        return children.includes(decisive) ? decisive : children.includes(null) ? null : !decisive;
      }
    }
  }

  function compared(key: string, op: string, value: Constant['value']): boolean | null {
    if (value === null) return null;
    const order = Buffer.compare(Buffer.from(key), Buffer.from(String(value)));
    if (op === '=') return order === 0;
    if (op === '<>') return order !== 0;
    return op.startsWith('<') ? order < 0 || (order === 0 && op === '<=') : order > 0 || (order === 0 && op === '>=');
  }

  function textOf(key: Buffer): string {
    return key.toString('latin1').replace(/[\x80-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
  }

  it('is never less than the filter selects, and no more where that is claimed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PATTERNS), filter, (pattern, predicate) => {
        const { access, filterAnswer } = source('hash').plan(scanRequest({ pattern, columns: COLUMNS, filter: predicate }), null);
        const live = KEYS.filter((key) => globMatches(Buffer.from(pattern), key));
        const selected = live.filter((key) => truth(predicate, textOf(key)) === true).map(textOf);
        const reached = KEYS.filter((key) => {
          if (access.kind === 'keys') return access.keys.some((other) => key.equals(other));
          return access.kind === 'scan' && globMatches(access.pattern, key);
        }).map(textOf);
        expect(selected.filter((key) => !reached.includes(key))).toEqual([]);
        expect(filterAnswer === 'exact' ? reached : selected).toEqual(selected);
        expect(live.map(textOf)).toEqual(expect.arrayContaining(reached));
      }),
      { numRuns: 3_000 },
    );
  });
});

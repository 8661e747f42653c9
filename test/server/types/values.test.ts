import { describe, expect, it } from 'vitest';
import { PgError } from '../../../src/server/pg-error.ts';
import { ByteSink } from '../../../src/server/types/byte-sink.ts';
import { writeBinaryFromText } from '../../../src/server/types/codec-table.ts';
import { boundText, normalText } from '../../../src/server/types/index.ts';
import { GOLDEN_REFUSALS, GOLDEN_VALUES, labelOf, styleOf } from './golden/golden-values.ts';

const labelled = <T extends (typeof GOLDEN_VALUES)[number] | (typeof GOLDEN_REFUSALS)[number]>(cases: readonly T[]) =>
  cases.map((one) => [labelOf(one), one] as const);

describe('a text that PostgreSQL takes', () => {
  it.each(labelled(GOLDEN_VALUES))('is printed as PostgreSQL does: %s', (_, one) => {
    expect(normalText(one.oid, one.input, styleOf(one), one.modifier)).toBe(one.text);
  });

  it.each(labelled(GOLDEN_VALUES))('has the binary form of PostgreSQL: %s', (_, one) => {
    const sink = new ByteSink(1);
    writeBinaryFromText(one.oid, one.input, sink, styleOf(one), one.modifier);
    expect(Buffer.from(sink.take()).toString('hex')).toBe(one.binary);
  });

  it.each(labelled(GOLDEN_VALUES))('is read back from binary: %s', (_, one) => {
    const bytes = Buffer.from(one.binary, 'hex');
    expect(boundText({ typeOid: one.oid, format: 1, bytes }, styleOf(one))).toBe(withoutBounds(one.text));
  });
});

describe('a text that PostgreSQL refuses', () => {
  it.each(labelled(GOLDEN_REFUSALS))('is refused in its words: %s', (_, one) => {
    const read = () => normalText(one.oid, one.input, styleOf(one), one.modifier);
    expect(read).toThrow(PgError);
    expect(read).toThrow(expect.objectContaining({ sqlState: one.sqlState, message: one.message }));
  });
});

/** Lower bounds other than 1 are dropped. */
function withoutBounds(text: string): string {
  return text.replace(/^(?:\[[^\]]*\])+=/, '');
}

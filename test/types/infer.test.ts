import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuilder, textReader } from '../../src/arrow/index.ts';
import { type InferenceResult, TypeInference } from '../../src/types/index.ts';

function infer(values: readonly (string | Buffer)[], missing = 0): InferenceResult {
  const inference = new TypeInference();
  for (const value of values) inference.add(Buffer.from(value));
  for (let count = 0; count < missing; count += 1) inference.addMissing();
  return inference.result();
}

describe('TypeInference', () => {
  it.each<[string, readonly (string | Buffer)[]]>([
    ['BIGINT', ['0', '-1', '9223372036854775807', '-9223372036854775808']],
    ['DOUBLE', ['1.5', '-0.25']],
    ['DOUBLE', ['1.5', '30', '0']],
    ['DOUBLE', ['1.5', '30.0', '0.0']],
    ['DOUBLE', ['0.30000000000000004', '9007199254740992']],
    ['BOOLEAN', ['true', 'false']],
    ['DATE', ['2024-02-29', '0001-01-01']],
    ['TIMESTAMP', ['2024-01-02 03:04:05', '2024-01-02 03:04:05.678']],
    ['TIMESTAMPTZ', ['2024-01-02 03:04:05+00', '2024-01-02 03:04:05.5+00']],
    ['BLOB', ['text', Buffer.from([0xff])]],
    ['VARCHAR', []],
    ['VARCHAR', ['']],
  ])('chooses %s for %j', (id, values) => {
    const result = infer(values);
    expect(result.type).toEqual({ id });
    expect(result.present).toBe(values.length);
  });

  it.each([
    '01234',
    '+7',
    '-0',
    '1e3',
    ' 1',
    '1 ',
    '9223372036854775808',
    '1.50',
    '.5',
    '5.',
    '00.5',
    '-0.0',
    '0.00001',
    '1e-7',
    '1e+21',
    'nan',
    'NaN',
    'inf',
    '9007199254740994',
    '0.1000000000000000055',
    'True',
    'TRUE',
    '2024-02-30',
    '2024-1-5',
    '0000-01-01',
    '2024-01-02 03:04',
    '2024-01-02T03:04:05',
    '2024-01-02T03:04:05Z',
    '2024-01-02 03:04:05Z',
    '2024-01-02 03:04:05+01',
    '2024-01-02 03:04:05.50',
    '2024-01-02 24:00:00',
    '2024-01-02 03:04:05.1234567',
    '1,000',
    'null',
    '{"a":1}',
    '1\n',
  ])('leaves %j a text beside a value of its kind', (text) => {
    for (const peer of ['1.5', 'true', '2024-01-01', '2024-01-01 00:00:00', '2024-01-01 00:00:00+00']) {
      expect(infer([peer, text]).type.id).toBe('VARCHAR');
    }
  });

  it('does not mix 30 and 30.0, which would become one value', () => {
    expect(infer(['30', '30.0']).type.id).toBe('VARCHAR');
  });

  it('reports the values that stand against the leading type, and how many agree', () => {
    const long = 'x'.repeat(50);
    const result = infer(['1', '2', '3', '4', '5', '6', '7', 'n/a', 'n/a', '', long, 'more'], 3);
    expect(result).toMatchObject({ type: { id: 'VARCHAR' }, leading: { id: 'BIGINT' }, agreeing: 7, present: 12, missing: 3 });
    expect(result.disagreeing).toEqual(['n/a', '', `${'x'.repeat(39)}…`]);
    expect(result.candidates.map(({ type, agreeing }) => [type.id, agreeing])).toEqual([
      ['VARCHAR', 12],
      ['BIGINT', 7],
      ['DOUBLE', 7],
    ]);
  });

  it('reports no conflict where no narrower type has more than half', () => {
    expect(infer(['1', 'a'])).toMatchObject({
      type: { id: 'VARCHAR' },
      leading: { id: 'VARCHAR' },
      agreeing: 2,
      disagreeing: [],
    });
  });

  it('names the bytes that make a text column a BLOB', () => {
    expect(infer(['a', 'b', Buffer.from([0x61, 0xff])])).toMatchObject({
      type: { id: 'BLOB' },
      leading: { id: 'VARCHAR' },
      agreeing: 2,
      disagreeing: ['a\\xff'],
    });
  });

  it('counts missing values apart', () => {
    expect(infer([], 4)).toMatchObject({ type: { id: 'VARCHAR' }, present: 0, missing: 4, agreeing: 0 });
  });

  it('prints every value of the sample back to the same bytes', () => {
    const numeric = fc.oneof(
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
      fc.double({ noNaN: true }).map(String),
      fc.integer().map((value) => `${value}.0`),
      fc.stringMatching(/^[-+]?[0-9]{1,3}(\.[0-9]{1,3})?$/),
    );
    const time = fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
      .map((date) => date.toISOString());
    const temporal = fc.oneof(
      time.map((text) => text.slice(0, 10)),
      time.map((text) => text.slice(0, 19).replace('T', ' ')),
      time.map((text) => text.replace('T', ' ').replace('Z', '')),
      time.map((text) => text.replace('T', ' ').replace(/\.[0-9]*Z/, '+00')),
    );
    const samples = fc
      .oneof(numeric, temporal, fc.string())
      .chain((text) => fc.array(fc.constantFrom(text, text.trim(), `0${text}`), { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(samples, (values) => {
        const { type } = infer(values);
        const builder = createBuilder(type);
        for (const value of values) {
          const bytes = Buffer.from(value);
          expect(builder.append(bytes, 0, bytes.length, false)).toBe(true);
        }
        const read = textReader(type, builder.finish());
        const printed = values.map((_, row) => read(row));
        // A DOUBLE column prints whole numbers in one spelling for all of its values.
        const inJavaScript = type.id === 'DOUBLE' ? printed.map((text) => String(Number(text))) : printed;
        expect([printed, inJavaScript]).toContainEqual(values);
      }),
      { numRuns: 2000 },
    );
  });
});

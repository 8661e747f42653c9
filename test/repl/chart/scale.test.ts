import { describe, expect, it } from 'vitest';
import { numberTexts } from '../../../src/repl/chart/number-text.ts';
import { type AxisKind, axisOver, roundStep } from '../../../src/repl/chart/scale.ts';

function labels(kind: AxisKind, least: number, greatest: number, most: number): string[] {
  const axis = axisOver(kind, least, greatest, most);
  return axis.ticks.map((tick) => axis.textOf(tick));
}

describe('axisOver', () => {
  it.each([
    [0, 10, 5, ['0', '2', '4', '6', '8', '10']],
    [0, 1, 5, ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']],
    [-3, 3, 4, ['-2', '0', '2']],
    [1_000, 9_000, 4, ['2,000', '4,000', '6,000', '8,000']],
    [0, 4_000_000, 4, ['0', '1M', '2M', '3M', '4M']],
    [0, 250_000, 5, ['0', '50k', '100k', '150k', '200k', '250k']],
    [0, 3e-9, 3, ['0', '1e-9', '2e-9', '3e-9']],
    [5, 5, 2, ['4', '5', '6']],
  ])('writes round numbers from %d to %d, about %d of them', (least, greatest, most, texts) => {
    expect(labels('number', least, greatest, most)).toEqual(texts);
  });

  const at = (text: string): number => Date.parse(`${text}Z`);
  it.each([
    ['2026-11-21T10:00', '2026-11-21T11:00', 4, ['10:00', '10:15', '10:30', '10:45', '11:00']],
    ['2026-11-21T10:00:01', '2026-11-21T10:00:03', 2, ['10:00:01', '10:00:02', '10:00:03']],
    ['2026-11-21T10:00:00', '2026-11-21T10:00:00.4', 2, ['10:00:00.000', '10:00:00.200', '10:00:00.400']],
    ['2026-11-20T00:00', '2026-11-21T12:00', 3, ['11-20 00:00', '11-20 12:00', '11-21 00:00', '11-21 12:00']],
    ['2026-11-02T00:00', '2026-11-30T00:00', 4, ['2026-11-02', '2026-11-09', '2026-11-16', '2026-11-23', '2026-11-30']],
    ['2026-01-15T00:00', '2026-07-15T00:00', 3, ['2026-03', '2026-05', '2026-07']],
    ['1995-06-01T00:00', '2026-01-01T00:00', 4, ['2000', '2010', '2020']],
  ])('writes round times from %s to %s', (least, greatest, most, texts) => {
    expect(labels('instant', at(least), at(greatest), most)).toEqual(texts);
  });

  it('takes every date that there is', () => {
    for (const [least, greatest] of [
      [-8.64e15, 8.64e15],
      [-62_198_755_200_000, 253_402_300_799_999],
    ] as const) {
      const texts = labels('instant', least, greatest, 4);
      expect(texts.length).toBeGreaterThan(1);
      expect(texts.length).toBeLessThan(12);
    }
  });
});

describe('roundStep', () => {
  it.each([
    [1, 1],
    [1.01, 2],
    [2.5, 5],
    [7, 10],
    [0.03, 0.05],
    [3e200, 5e200],
  ])('rounds %d up', (wanted, step) => {
    expect(roundStep(wanted) / step).toBeCloseTo(1, 9);
  });
});

describe('numberTexts', () => {
  it.each([
    [
      [1, 20, 300],
      ['1', '20', '300'],
    ],
    [
      [1_234_567, 0.5],
      ['1,234,567.0', '0.5'],
    ],
    [
      [1 / 3, 2],
      ['0.333', '2.000'],
    ],
    [
      [1e20, 0],
      ['1.000e+20', '0'],
    ],
    [[0.00001], ['1.000e-5']],
    [[], []],
  ])('writes %j alike', (values, texts) => {
    expect(numberTexts(values)).toEqual(texts);
  });
});

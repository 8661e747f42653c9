import { expect, it } from 'vitest';
import { durationText } from '../../src/output/index.ts';

it.each([
  [0.04, '0.0 ms'],
  [9.94, '9.9 ms'],
  [42, '42 ms'],
  [999.6, '1.0 s'],
  [3_210, '3.2 s'],
  [59_960, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_400, '59 min 59 s'],
  [3_599_600, '1 h 00 min'],
  [11_220_000, '3 h 07 min'],
  [172_740_000, '47 h 59 min'],
  [427_003_000, '4 d 23 h'],
  [864_000_000_000, '10,000 d 00 h'],
])('%s ms is %s', (ms, text) => expect(durationText(ms)).toBe(text));

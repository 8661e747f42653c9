/** The golden answers of a real PostgreSQL, read from values.json; generate.ts writes it. */
import { readFileSync } from 'node:fs';
import { type TextStyle, textStyleOf } from '../../../../src/server/types/index.ts';

export interface GoldenCase {
  /** SQL name of the type. */
  readonly type: string;
  readonly oid: number;
  readonly modifier: number;
  readonly style: Readonly<Record<string, string>>;
  readonly input: string;
}

export interface GoldenValue extends GoldenCase {
  readonly text: string;
  /** Hexadecimal digits. */
  readonly binary: string;
}

export interface GoldenRefusal extends GoldenCase {
  readonly sqlState: string;
  readonly message: string;
}

// generate.ts wrote it, in this shape.
const cases = JSON.parse(readFileSync(new URL('values.json', import.meta.url), 'utf8')) as (GoldenValue | GoldenRefusal)[];

/** Zone letters of the wars, which the runtime's zone data does not have. */
const WAR_LETTERS = / (?:EWT|PWT|BDST|CEMT)\b/;

export const GOLDEN_VALUES: readonly GoldenValue[] = cases.filter(
  (one): one is GoldenValue => 'text' in one && !WAR_LETTERS.test(one.text),
);
export const GOLDEN_REFUSALS: readonly GoldenRefusal[] = cases.filter((one): one is GoldenRefusal => 'sqlState' in one);

export function styleOf({ style }: GoldenCase): TextStyle {
  return textStyleOf((name) => style[name] ?? null);
}

/** A name for a test. */
export function labelOf({ type, style, input }: GoldenCase): string {
  const settings = Object.values(style).join(' ');
  return `${type}${settings === '' ? '' : ` (${settings})`} ${JSON.stringify(input)}`;
}

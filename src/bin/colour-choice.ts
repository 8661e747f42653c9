/** `--color`: whether a terminal's output has colours. Without it the variables NO_COLOR, FORCE_COLOR and TERM decide. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { oneOf } from './option-words.ts';

const CHOICES = ['auto', 'always', 'never'] as const;
export type ColourChoice = (typeof CHOICES)[number];

export const COLOUR_OPTION = { color: { type: 'string' } } as const satisfies ParseArgsOptionsConfig;

/** @throws {Error} naming what is valid. */
export function colourFrom(word: string | undefined): ColourChoice {
  return word === undefined ? 'auto' : oneOf('--color', word, CHOICES);
}

/** A stream that may know what its terminal can do. */
interface ColourStream {
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** `hasColors` looks at NO_COLOR, FORCE_COLOR and TERM itself. */
export function showsColour(stream: ColourStream, choice: ColourChoice): boolean {
  if (choice === 'auto') return stream.isTTY === true && (stream.hasColors?.() ?? false);
  return choice === 'always';
}

/**
 * Colours of a terminal, by what they mean. Sixteen colours only, none of which is unreadable on a dark or on a light
 * ground: no white, no black, no bright yellow.
 */
import { styleText } from 'node:util';

/** What a piece of text is. */
export type Style =
  | 'keyword'
  | 'function'
  | 'string'
  | 'number'
  | 'comment'
  | 'name'
  | 'command'
  | 'error'
  | 'warning'
  | 'good'
  | 'null'
  | 'dim'
  | 'bold'
  | 'prompt'
  | 'frame'
  | 'selected'
  | 'bar';

type Format = Parameters<typeof styleText>[0];

const FORMATS: Readonly<Record<Style, Format>> = {
  keyword: ['blue', 'bold'],
  function: 'cyan',
  string: 'green',
  number: 'magenta',
  comment: 'dim',
  name: 'reset',
  command: 'cyan',
  error: ['red', 'bold'],
  warning: 'yellow',
  good: 'green',
  null: 'dim',
  dim: 'dim',
  bold: 'bold',
  prompt: ['blue', 'bold'],
  frame: 'dim',
  selected: 'inverse',
  bar: 'blue',
};

/** Draws text in a style; without colours it gives the text as it is. `text` holds no control characters. */
export type Palette = (style: Style, text: string) => string;

/** Gives the palette of a place that shows colours, or of one that does not. */
export function paletteOf(hasColour: boolean): Palette {
  if (!hasColour) return (_, text) => text;
  return (style, text) => (style === 'name' || text === '' ? text : styleText(FORMATS[style], text, { validateStream: false }));
}

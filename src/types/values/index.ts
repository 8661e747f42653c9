/** One parser a type: the bytes of a Redis value into the physical value of a column. */

export { parserOf } from './parser-of.ts';
export { isPlainDouble, printBackParserOf } from './print-back.ts';
export { isJsonText, isUtf8Text } from './text.ts';
export { parseMillis } from './timestamps.ts';
export { PhysicalViews, type ValueParser, writeInt64 } from './views.ts';

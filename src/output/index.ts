/** Results, errors, notes and progress as text: for people at a terminal, for files and for programs. Runs no statement. */
export { errorText, type Place } from './error-text.ts';
export { FORMATS, type Format } from './formats/format.ts';
export { type FormatOptions, type FormatWriter, type Rows, writerFor } from './formats/index.ts';
export { type NoteNumbers, Notes } from './notes.ts';
export { ClosedOutput, type Output, outputFrom, type TerminalStream, Turns } from './output.ts';
export { type Palette, paletteOf, type Style } from './palette.ts';
export { Progress } from './progress.ts';
export { bytesText, counted, durationText, grouped, shortCount } from './quantities.ts';
export { blockBar, sparkline } from './sparkline.ts';
export {
  cutToWidth,
  displayWidth,
  escapeControls,
  escapeControlsKeepLines,
  padToWidth,
} from './terminal-text.ts';
export { wrapText } from './wrap-text.ts';

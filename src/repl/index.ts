/** The terminal: an editor for SQL, results in boxes, commands, a map of the keys. Everything about Redis comes by a Session. */
export { startScript } from './script.ts';
export { startTerminal, type TerminalOptions } from './terminal.ts';

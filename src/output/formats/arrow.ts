/** An Arrow IPC stream, one message a batch: for programs, never for a terminal. */
import { ipcStreamFrom } from '../../arrow/index.ts';
import { RedQueryError } from '../../errors.ts';
import type { FormatWriter } from './format-writer.ts';

/** @throws {RedQueryError} RQ_OPTION on a terminal. */
export const writeArrow: FormatWriter = async ({ schema, batches }, output) => {
  if (output.isTerminal)
    throw new RedQueryError('RQ_OPTION', '--format arrow is binary and this is a terminal; send it to a file or a program');
  for await (const chunk of ipcStreamFrom(schema, batches)) await output.write(chunk);
};

/** `.output FILE` and `.once FILE`: every row and column, uncut, without colours. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { RedQueryError } from '../../errors.ts';
import { escapeControls } from '../../output/index.ts';
import type { Sink } from './sink.ts';
import { endStream, StreamOutput } from './stream-output.ts';

/**
 * Opens a file: made new, or written on behind what is there.
 * @throws {RedQueryError} RQ_FILE when it cannot be made, and for a named pipe.
 */
export async function openFileSink(path: string, options: { isAppended: boolean; say(text: string): void }): Promise<Sink> {
  const place = `the file ${escapeControls(path)}`;
  await refusePipe(path, place);
  const stream = await opened(path, options.isAppended ? 'a' : 'w', place);
  // Each write reports its own error; without a listener it would end the process, too.
  stream.on('error', () => undefined);
  const output = new StreamOutput(stream, place);
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await output.endLine();
    await endStream(stream, place);
  };
  return {
    isTerminal: false,
    columns: null,
    hasColour: false,
    gone: new AbortController().signal,
    note: (text) => options.say(text),
    write: (chunk) => output.write(chunk),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/**
 * To open a named pipe waits for its reader in a thread that nothing can end, nor can the process end then. A program of its
 * own can be ended.
 */
async function refusePipe(path: string, place: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isFIFO() !== true) return;
  throw new RedQueryError('RQ_FILE', `${place} is a named pipe`, {
    hint: `let a program write to it: .output |cat > '${escapeControls(path)}'`,
  });
}

function opened(path: string, flags: 'a' | 'w', place: string): Promise<WriteStream> {
  return new Promise((resolve, reject) => {
    const stream = createWriteStream(path, { flags });
    stream.once('open', () => resolve(stream));
    stream.once('error', (error) => {
      // Node says the name once more.
      const reason = error.message.replace(/, open '.*$/s, '');
      reject(new RedQueryError('RQ_FILE', `${place} cannot be opened (${reason})`, { cause: error }));
    });
  });
}

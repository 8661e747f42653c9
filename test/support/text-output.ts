/** An output that keeps what is written, for tests of what writes. */
import type { Output } from '../../src/output/index.ts';

export interface KeptOutput {
  readonly output: Output;
  readonly notes: readonly string[];
  /** All that was written so far. */
  readonly text: () => string;
  readonly bytes: () => Buffer;
  /** Number of writes. */
  readonly writeCount: () => number;
}

/** Makes one; a file unless told otherwise. */
export function outputTo(terminal: Partial<Omit<Output, 'write' | 'note'>> = {}): KeptOutput {
  const chunks: Buffer[] = [];
  const notes: string[] = [];
  const bytes = (): Buffer => Buffer.concat(chunks);
  return {
    output: {
      isTerminal: false,
      columns: null,
      hasColour: false,
      ...terminal,
      note: (text) => void notes.push(text),
      write: async (chunk) => void chunks.push(Buffer.from(chunk)),
    },
    notes,
    text: () => bytes().toString('utf8'),
    bytes,
    writeCount: () => chunks.length,
  };
}

/** The window itself, without a pager. */
import type { Output } from '../../output/index.ts';
import { isColoured, type Sink, type SinkNeeds, type SinkOptions, sizeOf } from './sink.ts';
import { StreamOutput } from './stream-output.ts';

/** Gives what a window says of itself as an output. */
export function windowOutput(needs: SinkNeeds): Omit<Output, 'write'> {
  const { window, palette } = needs;
  const isTerminal = window.isTTY === true;
  return {
    isTerminal,
    get columns() {
      return isTerminal ? sizeOf(window).columns : null;
    },
    hasColour: isTerminal && isColoured(palette),
    note: (text) => needs.say(palette('dim', text)),
  };
}

/** Draws straight on the window. */
export function terminalSink(needs: SinkNeeds, { beforeWrite }: SinkOptions): Sink {
  const output = new StreamOutput(needs.window, 'the terminal');
  return {
    ...windowOutput(needs),
    gone: new AbortController().signal,
    write: (chunk) => {
      beforeWrite?.();
      return output.write(chunk);
    },
    close: () => output.endLine(),
  };
}

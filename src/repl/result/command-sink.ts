/** `.output |command` and `.once |command`: the command reads every row and column, uncut, without colours. */
import { escapeControls } from '../../output/index.ts';
import { type ChildEnd, startChild, wasInterrupted } from './child.ts';
import type { Sink, SinkNeeds, SinkOptions } from './sink.ts';

/**
 * Starts the command for one result. That it stops reading is no error; its exit status is told where it is not 0.
 * @throws {RedQueryError} RQ_FILE when it cannot be started.
 */
export async function openCommandSink(line: string, needs: SinkNeeds, { beforeWrite, beforeLend }: SinkOptions): Promise<Sink> {
  const name = `the command |${escapeControls(line)}`;
  beforeWrite?.();
  beforeLend?.();
  const child = await startChild(line, process.env, (work) => needs.lend(work), name);
  const notes: string[] = [];
  let closing: Promise<void> | null = null;
  let isInterrupted = false;
  const close = async (): Promise<void> => {
    const ended = await child.end();
    isInterrupted = wasInterrupted(ended);
    const end = isInterrupted ? null : endText(ended);
    for (const note of notes) needs.say(needs.palette('dim', note));
    if (end !== null) needs.say(needs.palette('warning', `${name} ${end}`));
  };
  return {
    isTerminal: false,
    columns: null,
    hasColour: false,
    gone: child.gone,
    get wasInterrupted() {
      return isInterrupted;
    },
    note: (text) => void notes.push(text),
    write: (chunk) => child.write(chunk),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** A command that has read enough may be ended by its next write: that is no failure. */
function endText({ status, signal }: ChildEnd): string | null {
  if (status === 0 || signal === 'SIGPIPE') return null;
  return signal === null ? `ended with status ${status}` : `was ended by ${signal}`;
}

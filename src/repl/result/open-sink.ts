/** Chooses where the next result goes: `.once`, else `.output`, else the window. */
import { openFileSink } from './file-sink.ts';
import type { Sink, SinkNeeds, SinkOptions } from './sink.ts';
import { terminalSink } from './terminal-sink.ts';

/** The file that `.output` last began, a settings object: later results are written behind it. */
const begun = new WeakMap<object, string>();

/**
 * Opens the sink of one result. `.once` is used up by it, also where it cannot be opened.
 * @throws {RedQueryError} RQ_FILE when a file cannot be made.
 */
export async function openSink(needs: SinkNeeds, options: SinkOptions = {}): Promise<Sink> {
  const { settings } = needs;
  const { once, output } = settings;
  settings.once = null;
  if (once !== null) return openFileSink(once, { isAppended: false, say: (text) => needs.say(text) });
  if (output === null) return terminalSink(needs, options);
  const sink = await openFileSink(output, { isAppended: begun.get(settings) === output, say: (text) => needs.say(text) });
  begun.set(settings, output);
  return sink;
}

/** Chooses where the next result goes: `.once`, else `.output`, else the window, with a pager where it may grow long. */
import type { TerminalSettings } from '../settings.ts';
import { openFileSink } from './file-sink.ts';
import { pagerFrom } from './pager.ts';
import type { Sink, SinkNeeds, SinkOptions } from './sink.ts';
import { terminalSink } from './terminal-sink.ts';

/** The file that `.output` last began, a settings object: later results are written behind it. */
const begun = new WeakMap<object, string>();

/**
 * Opens the sink of one result. `.once` is used up by it, also where it cannot be opened; `.output` that cannot be opened is
 * given up for the terminal.
 * @throws {RedQueryError} RQ_FILE when a file cannot be made or a command not be started.
 */
export async function openSink(needs: SinkNeeds, options: SinkOptions = {}): Promise<Sink> {
  const { settings } = needs;
  const { once, output } = settings;
  settings.once = null;
  const target = once ?? output;
  if (target === null) return windowSink(needs, options);
  if (target.startsWith('|')) {
    const { openCommandSink } = await import('./command-sink.ts');
    return openCommandSink(target.slice(1).trim(), needs, options);
  }
  const isAppended = once === null && begun.get(settings) === target;
  try {
    const sink = await openFileSink(target, { isAppended, say: (text) => needs.say(needs.palette('dim', text)) });
    if (once === null) begun.set(settings, target);
    return sink;
  } catch (error) {
    // Else every further statement would fail, too.
    if (once === null) settings.output = null;
    throw error;
  }
}

/** Makes the next result begin the file of `.output` anew, also where it is the same one. */
export function renewOutput(settings: TerminalSettings): void {
  begun.delete(settings);
}

async function windowSink(needs: SinkNeeds, options: SinkOptions): Promise<Sink> {
  const { settings, window, isInteractive } = needs;
  const pager = settings.pager === 'off' || !isInteractive || window.isTTY !== true ? null : pagerFrom(process.env);
  if (pager === null) return terminalSink(needs, options);
  const isAlways = settings.pager === 'on';
  // A box of that many rows fits; one that is drawn as records may not.
  const fits = options.isText !== true && settings.mode === 'box' && settings.maxrows === 'auto' && settings.expanded === 'off';
  if (fits && !isAlways) return terminalSink(needs, options);
  const { PagedSink } = await import('./paged-sink.ts');
  return new PagedSink(needs, { ...options, pager, isAlways });
}

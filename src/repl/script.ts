/** A script where nobody sits at the keys: statements and commands from a pipe, without a prompt, colours or questions. */
import { ClosedOutput, paletteOf } from '../output/index.ts';
import { EntryRunner, type ItemReport } from './entry-runner.ts';
import { TerminalShell } from './shell.ts';
import type { TerminalOptions } from './terminal.ts';

/** Gives the exit status of an error. */
export type StatusOf = (error: unknown) => number;

/**
 * Runs all of `text`; the first failure ends it. Data goes to `output`, everything else to `errors`. Gives the exit status: 0, that
 * of the error, or 130 after `interrupt`.
 */
export async function startScript(
  text: string,
  options: Omit<TerminalOptions, 'input' | 'version' | 'isQuiet'> & {
    readonly interrupt: AbortSignal;
    readonly statusOf: StatusOf;
  },
): Promise<number> {
  let last: ItemReport | null = null;
  const palette = paletteOf(false);
  const shell: TerminalShell = new TerminalShell({
    optionsOf: options.optionsOf,
    url: options.url,
    window: options.output,
    err: options.errors,
    palette,
    editor: null,
    historyTexts: () => [],
    runScript: (script, name) => entries.run(script, name),
    catalogueAged: () => undefined,
  });
  Object.assign(shell.settings, { mode: 'csv', timer: false, redis: false } satisfies Partial<typeof shell.settings>);
  const entries = new EntryRunner(shell, (report) => {
    last = report;
  });
  const onInterrupt = (): void => entries.interrupt();
  options.interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    const isWell = await entries.run(text, null);
    if (options.interrupt.aborted) return 130;
    return isWell ? 0 : options.statusOf((last as ItemReport | null)?.error);
  } catch (error) {
    // head has seen enough.
    if (error instanceof ClosedOutput) return 0;
    throw error;
  } finally {
    options.interrupt.removeEventListener('abort', onInterrupt);
    await shell.close();
  }
}

/**
 * Installs the tmux of the terminal's tests once, before the first of them starts, where it is missing and this user may.
 * Where that fails, these tests fail and say why; the others go on.
 */
import { findTmux } from '../../scripts/tmux/tmux-program.ts';

export async function setup(): Promise<void> {
  await findTmux().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  });
}

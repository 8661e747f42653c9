/** The file of commands and statements that the terminal runs when it starts. */
import os from 'node:os';
import path from 'node:path';
import { RedQueryError } from '../../errors.ts';
import { escapeControls } from '../../output/index.ts';
import { readTextFile } from './text-file.ts';

/** What was found: nothing, a file that is not run and why, or its text. */
type RcFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly note: string }
  | { readonly kind: 'text'; readonly text: string };

const GROUP_AND_OTHERS_WRITE = 0o022;

/** Names the file: REDQUERY_RC, else `redquery/rc` in XDG_CONFIG_HOME or in ~/.config. Null where REDQUERY_RC is empty: none. */
export function rcPath(env: Readonly<Record<string, string | undefined>>): string | null {
  const named = env['REDQUERY_RC'];
  if (named !== undefined) return named === '' ? null : named;
  const config = env['XDG_CONFIG_HOME'];
  // The XDG base directory specification has relative paths ignored.
  const folder = config !== undefined && path.isAbsolute(config) ? config : path.join(os.homedir(), '.config');
  return path.join(folder, 'redquery', 'rc');
}

/** Reads the file; one that somebody else may write is refused, since its statements run in the user's name. */
export async function readRcFile(file: string | null): Promise<RcFile> {
  if (file === null) return { kind: 'absent' };
  const name = escapeControls(file);
  try {
    const { text, stats } = await readTextFile(file);
    const { mode, uid } = stats;
    // Windows has neither owners by number nor such bits.
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && uid !== 0) {
      return { kind: 'refused', note: `${name} was not run: it belongs to another user` };
    }
    if (own !== undefined && (mode & GROUP_AND_OTHERS_WRITE) !== 0) {
      return { kind: 'refused', note: `${name} was not run: others may write it; chmod go-w ${name}` };
    }
    return { kind: 'text', text };
  } catch (error) {
    if (error instanceof RedQueryError) return { kind: 'refused', note: `${name} was not run: ${error.message}` };
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'absent' };
    return { kind: 'refused', note: `${name} was not run: it cannot be read (${escapeControls(code)})` };
  }
}

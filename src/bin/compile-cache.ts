/** Has Node keep the compiled modules of the command for the next run: a tenth of its start. Where it cannot, nothing is lost. */
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';

/** Called before other modules are loaded. `NODE_DISABLE_COMPILE_CACHE=1` turns it off, `NODE_COMPILE_CACHE` names another folder. */
export function keepCompiled(env: Readonly<NodeJS.ProcessEnv>): void {
  if (env['NODE_COMPILE_CACHE'] === undefined) enableCompileCache(folderOf(env));
}

/** Of this user alone: what lies in it is run. Relative paths in XDG variables are to be ignored (XDG Base Directory). */
function folderOf(env: Readonly<NodeJS.ProcessEnv>): string {
  const given = env['XDG_CACHE_HOME'] ?? env['LOCALAPPDATA'];
  const cache = given !== undefined && path.isAbsolute(given) ? given : path.join(env['HOME'] ?? homedir(), '.cache');
  return path.join(cache, 'redquery', 'compiled');
}

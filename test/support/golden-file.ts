/** Texts that are held to files below test/scripts; `UPDATE_GOLDEN=1` writes them anew. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Gives what the file holds, without its final line break; '' where there is none. @param path below test/scripts. */
export function goldenText(path: string, text: string): string {
  const file = fileURLToPath(new URL(`../scripts/${path}`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  return existsSync(file) ? readFileSync(file, 'utf8').replace(/\n$/, '') : '';
}

/** The history as the editor sees it: its file is read when it is first looked at, or behind the prompt. */
import type { HistoryFile } from './input/history-file.ts';
import type { History } from './words.ts';

export class LazyHistory implements History {
  readonly #open: () => HistoryFile;
  #file: HistoryFile | null = null;

  constructor(open: () => HistoryFile) {
    this.#open = open;
  }

  get texts(): readonly string[] {
    return this.file.texts;
  }

  get file(): HistoryFile {
    this.#file ??= this.#open();
    return this.#file;
  }
}

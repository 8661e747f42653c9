/** An editor on a screen of its own, with stand-ins for SQL: a text ends at `;`, words of capitals are keywords. */
import { onTestFinished } from 'vitest';
import { paletteOf } from '../../../src/output/index.ts';
import { createEditor } from '../../../src/repl/editor/editor.ts';
import type { Editor, EditorOptions, Entry, Highlighter } from '../../../src/repl/words.ts';
import { Screen, type ScreenOptions } from '../../support/screen.ts';

export const PROMPT = 'rq> ';

export const capitalsAreKeywords: Highlighter = (text) =>
  Array.from(text.matchAll(/\b[A-Z]+\b|'[^']*'/g), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    style: match[0].startsWith("'") ? 'string' : 'keyword',
  }));

export interface OpenEditorOptions extends Partial<EditorOptions>, ScreenOptions {
  readonly texts?: readonly string[];
  readonly hasColour?: boolean;
}

export interface OpenEditor {
  readonly editor: Editor;
  readonly screen: Screen;
  /** What has been read so far. */
  readonly entries: readonly Entry[];
  /** Begins to read. The entry goes to `entries`. */
  readonly read: (initialText?: string) => void;
  /** Reads again and again until the end. */
  readonly readAll: () => Promise<void>;
}

/** Starts an editor; the test's end stops it. */
export function openEditor({ columns, rows, texts = [], hasColour = false, ...options }: OpenEditorOptions = {}): OpenEditor {
  const screen = new Screen({ ...(columns === undefined ? {} : { columns }), ...(rows === undefined ? {} : { rows }) });
  const editor = createEditor({
    input: screen.input,
    output: screen.window,
    palette: paletteOf(hasColour),
    highlight: capitalsAreKeywords,
    complete: () => Promise.resolve(null),
    history: { texts },
    isComplete: (text) => text.trim() === '' || text.trimEnd().endsWith(';'),
    onBusyKey: () => true,
    ...options,
  });
  onTestFinished(() => {
    editor.stop();
    screen.dispose();
  });
  editor.start();
  const entries: Entry[] = [];
  const readOne = async (initialText?: string): Promise<Entry> => {
    const entry = await editor.read({ prompt: PROMPT, ...(initialText === undefined ? {} : { initialText }) });
    entries.push(entry);
    return entry;
  };
  return {
    editor,
    screen,
    entries,
    read: (initialText) => void readOne(initialText),
    readAll: async () => {
      while ((await readOne()).kind !== 'end');
    },
  };
}

/** Which keys a template takes, and what it captures of each. */
import { compileTemplate, type TemplateMatcher } from '../../storage/keys/template-match.ts';
import type { KeyTemplate } from '../../storage/scan-words.ts';
import { type KeyBlock, keptOf } from './key-block.ts';

/** Gives the block without the keys that the template does not match; the block itself where that is all of them. */
export class TemplateFilter {
  readonly #matcher: TemplateMatcher;

  constructor(template: KeyTemplate) {
    this.#matcher = compileTemplate(template);
  }

  keep(block: KeyBlock): KeyBlock {
    return keptOf(block, (start, end) => this.#matcher.matches(block.bytes, start, end));
  }
}

/** Finds what a template captures of a key; a key with many rows is looked at once. */
export class CaptureFinder {
  readonly #matcher: TemplateMatcher;
  #block: KeyBlock | null = null;
  #key = -1;

  constructor(template: KeyTemplate) {
    this.#matcher = compileTemplate(template);
  }

  /** Capture i is [spans[2i], spans[2i + 1]) from the key's first byte on. The key is one that TemplateFilter kept. */
  find(block: KeyBlock, key: number): Int32Array {
    if (block !== this.#block || key !== this.#key) {
      this.#matcher.matches(block.bytes, block.starts[key] ?? 0, block.ends[key] ?? 0);
      this.#block = block;
      this.#key = key;
    }
    return this.#matcher.spans;
  }
}

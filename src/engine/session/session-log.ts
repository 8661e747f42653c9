/** What a session has made that a new engine thread must make again: views, macros and settings, the last text of each. */
import { classifyStatement, tokensOf } from '../../sql/index.ts';

export class SessionLog {
  readonly #texts = new Map<string, string>();

  /** Notes a statement that has succeeded. */
  note(text: string): void {
    const { kind, target } = classifyStatement(text);
    const key = kind === 'set' ? settingKey(text) : target === null ? null : `${target.objectKind} ${target.name.toLowerCase()}`;
    if (key === null) return;
    if (kind === 'drop') this.#texts.delete(key);
    else if (kind === 'createView' || kind === 'createMacro' || kind === 'set') {
      // What was made last comes last: it may use what came before.
      this.#texts.delete(key);
      this.#texts.set(key, text);
    }
  }

  /** In the order in which they are to be run. */
  get texts(): readonly string[] {
    return [...this.#texts.values()];
  }
}

function settingKey(text: string): string {
  const words = tokensOf(text).map((token) => token.value.toLowerCase());
  const named = words.slice(1).filter((word) => word !== 'session' && word !== 'local');
  return `set ${named[0] === 'variable' ? `variable ${named[1] ?? ''}` : (named[0] ?? '')}`;
}

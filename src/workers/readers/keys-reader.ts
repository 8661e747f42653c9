/** Keys of any type, and what the server says of each: TYPE, MEMORY USAGE, OBJECT ENCODING, OBJECT IDLETIME, as far as read. */
import { type FlatReader, TOKEN } from '../../resp/flat-reader.ts';
import { redisErrorFrom } from '../../storage/connections/redis-error.ts';
import type { ColumnPart } from '../../storage/scan-words.ts';
import { type ElementReader, OUTCOME, type Outcome, type Round } from '../elements/element-reader.ts';
import type { ElementRows } from '../elements/element-rows.ts';
import { keyCommand } from '../keys/key-block.ts';
import type { ElementLayout } from '../rows/scan-layout.ts';

interface Question {
  readonly part: ColumnPart;
  readonly name: string;
  /** The command's own word, between its name and the key. */
  readonly word: string | null;
}

const QUESTIONS: readonly Question[] = [
  { part: 'type', name: 'TYPE', word: null },
  { part: 'memory', name: 'MEMORY', word: 'USAGE' },
  { part: 'encoding', name: 'OBJECT', word: 'ENCODING' },
  { part: 'idle', name: 'OBJECT', word: 'IDLETIME' },
];

/** Under an LFU policy the server knows no idle times. */
const NO_IDLE_TIME = /LFU maxmemory policy/;
const NONE = Buffer.from('none');

export class KeysReader implements ElementReader {
  readonly commandName: string;
  readonly takesErrors = true;
  readonly first: Round;
  readonly #questions: readonly Question[];
  readonly #slots: readonly number[];

  constructor({ partSlots }: ElementLayout) {
    const asked = QUESTIONS.filter(({ part }) => partSlots.has(part));
    // Whether a key by name is there at all has to be asked.
    this.#questions = asked.length > 0 ? asked : QUESTIONS.slice(0, 1);
    this.#slots = this.#questions.map(({ part }) => partSlots.get(part) ?? -1);
    this.commandName = this.#questions[0]?.name ?? 'TYPE';
    this.first = { kind: 'each', commands: this.#questions.map(({ name, word }) => keyCommand(name, [], word)) };
  }

  read(replies: FlatReader, rows: ElementRows): Outcome {
    const { bytes, start } = rows.row;
    for (const [token, question] of this.#questions.entries()) {
      const from = start + (replies.starts[token] ?? 0);
      const to = start + (replies.ends[token] ?? 0);
      if (replies.types[token] === TOKEN.NULL) return OUTCOME.GONE;
      if (question.part === 'type' && to - from === NONE.length && bytes.compare(NONE, 0, NONE.length, from, to) === 0) {
        return OUTCOME.GONE;
      }
      if (replies.types[token] !== TOKEN.ERROR) {
        rows.setSlot(this.#slots[token] ?? -1, replies, token);
        continue;
      }
      const text = bytes.toString('utf8', from, to);
      if (/no such key/i.test(text)) return OUTCOME.GONE;
      if (!NO_IDLE_TIME.test(text)) throw redisErrorFrom(text, `${question.name} ${question.word ?? ''}`.trim());
    }
    rows.add();
    return OUTCOME.DONE;
  }
}

/** Asks for a password on a terminal without showing it, or takes the first line of what comes through a pipe. */
import { firstLineOf, withoutMark } from '../text-file.ts';

/** Standard input as the prompt needs it. */
export interface PasswordInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean | undefined;
  setRawMode?(isRaw: boolean): unknown;
}

/** Ctrl-C at the prompt. */
export class Interrupted extends Error {}

/** Passwords of more are a mistake, such as a file of something else. */
const MAX_PASSWORD_LENGTH = 1_024;

/**
 * Gives a password. On a terminal it is asked for as often as `prompts` has words, and must be the same each time.
 * @throws {Interrupted} Ctrl-C. @throws {Error} none, not the same, too long, not one line.
 */
export async function askPassword(
  input: PasswordInput,
  write: (text: string) => void,
  prompts: readonly string[],
): Promise<string> {
  if (input.isTTY !== true) return checkedPassword(firstLineOf(withoutMark(await textOf(input))));
  const given = await readHidden(input, write, prompts);
  const [first = ''] = given;
  if (given.some((other) => other !== first)) throw new Error('the passwords are not the same');
  return checkedPassword(first);
}

/** @throws {Error} where it cannot be a password. */
export function checkedPassword(password: string): string {
  if (password === '') throw new Error('the password is empty');
  if (password.length > MAX_PASSWORD_LENGTH) throw new Error(`the password has more than ${MAX_PASSWORD_LENGTH} characters`);
  return password;
}

async function textOf(input: PasswordInput): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads a line for each prompt; what is pasted may hold several. The stream stays open for further prompts. */
async function readHidden(
  input: PasswordInput,
  write: (text: string) => void,
  prompts: readonly string[],
): Promise<readonly string[]> {
  const lines = new HiddenLines(write, prompts);
  input.setRawMode?.(true);
  write(prompts[0] ?? '');
  let detach = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const onData = (chunk: Buffer | string): void => {
        try {
          if (lines.take(Buffer.from(chunk))) resolve();
        } catch (error) {
          reject(error);
        }
      };
      const onEnd = (): void => reject(new Error('the password is empty'));
      input.on('data', onData);
      input.on('end', onEnd);
      // A prompt before this one has left it paused.
      input.resume();
      detach = () => void input.off('data', onData).off('end', onEnd);
    });
  } finally {
    detach();
    input.pause();
    input.setRawMode?.(false);
  }
  return lines.lines;
}

class HiddenLines {
  readonly lines: string[] = [];
  readonly #write: (text: string) => void;
  readonly #prompts: readonly string[];
  readonly #decoder = new TextDecoder();
  #line = '';

  constructor(write: (text: string) => void, prompts: readonly string[]) {
    this.#write = write;
    this.#prompts = prompts;
  }

  /** Gives true once there is a line for each prompt. @throws {Interrupted} Ctrl-C. */
  take(bytes: Buffer): boolean {
    for (const character of this.#decoder.decode(bytes, { stream: true })) {
      if (this.#press(character) && this.lines.length === this.#prompts.length) return true;
    }
    return false;
  }

  /** Gives true where the key ends a line. */
  #press(character: string): boolean {
    switch (keyOf(character)) {
      case 'interrupt':
        this.#write('\n');
        throw new Interrupted('interrupted');
      case 'erase':
        this.#line = [...this.#line].slice(0, -1).join('');
        return false;
      case 'clear':
        this.#line = '';
        return false;
      case 'character':
        this.#line += character;
        return false;
      default:
        this.lines.push(this.#line);
        this.#line = '';
        this.#write(`\n${this.#prompts[this.lines.length] ?? ''}`);
        return true;
    }
  }
}

type Key = 'character' | 'end' | 'erase' | 'clear' | 'interrupt';

/** What a terminal in raw mode sends for the keys that a line knows. */
function keyOf(character: string): Key {
  switch (character) {
    case '\r':
    case '\n':
    case '\u0004':
      return 'end';
    case '\u0003':
      return 'interrupt';
    case '\u007f':
    case '\b':
      return 'erase';
    case '\u0015':
      return 'clear';
    default:
      return 'character';
  }
}

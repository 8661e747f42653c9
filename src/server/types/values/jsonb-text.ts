/**
 * JSON text as PostgreSQL prints jsonb: a blank behind each colon and comma, members ordered by the bytes of their names
 * (shorter names first), of equal names the last one, numbers with all their digits and without exponents.
 */
import { PgError } from '../../pg-error.ts';
import { numericFromText } from './numeric.ts';

/** Arrays and objects within each other; PostgreSQL has a limit of some thousands (max_stack_depth). */
const MOST_DEPTH = 1000;
const WORD = /[^\s,\]}]*/y;

/** Gives the text of a jsonb. `text` must be valid JSON. @throws {PgError} 54001 where it is nested too deep, 22003. */
export function jsonbText(text: string): string {
  return new JsonReprinter(text).value();
}

/** Walks valid JSON once; it checks nothing. */
class JsonReprinter {
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): string {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return JSON.stringify(this.string());
      default: {
        WORD.lastIndex = this.at;
        const found = WORD.exec(this.text)?.[0] ?? '';
        this.at += found.length;
        return /^[-\d]/.test(found) ? numericFromText(found) : found;
      }
    }
  }

  private nested(read: () => string): string {
    if (this.depth >= MOST_DEPTH) throw new PgError('54001', 'stack depth limit exceeded');
    this.depth++;
    const text = read();
    this.depth--;
    return text;
  }

  private object(): string {
    const members = new Map<string, string>();
    for (let sign = this.next(); sign !== '}'; ) {
      this.skipSpace();
      if (this.text[this.at] === '}') {
        this.at++;
        break;
      }
      const name = this.string();
      this.next();
      members.set(name, this.value());
      sign = this.next();
    }
    const parts = [...members].map(([name, value]) => ({ name, bytes: Buffer.from(name), value }));
    parts.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    return `{${parts.map(({ name, value }) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`;
  }

  private array(): string {
    const elements: string[] = [];
    for (let sign = this.next(); sign !== ']'; ) {
      this.skipSpace();
      if (this.text[this.at] === ']') {
        this.at++;
        break;
      }
      elements.push(this.value());
      sign = this.next();
    }
    return `[${elements.join(', ')}]`;
  }

  /** Takes one sign: a bracket, colon or comma. */
  private next(): string {
    this.skipSpace();
    return this.text[this.at++] ?? ']';
  }

  private string(): string {
    this.skipSpace();
    const start = this.at++;
    while (this.at < this.text.length && this.text[this.at] !== '"') this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at++;
    // Valid JSON between two quotes is a string.
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private skipSpace(): void {
    // JSON's white space is all at or below the blank, and nothing else there stands between tokens.
    while (this.text.charCodeAt(this.at) <= 0x20) this.at++;
  }
}

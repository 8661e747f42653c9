/**
 * JSON text as PostgreSQL prints jsonb: a blank behind each colon and comma, members ordered by the bytes of their names
 * (shorter names first), of equal names the last one, numbers with all their digits and without exponents.
 */
import { numericFromText } from './numeric.ts';

/** Gives the text of a jsonb. `text` must be valid JSON. */
export function jsonbText(text: string): string {
  return new JsonReprinter(text).value();
}

/** Walks valid JSON once; it checks nothing. */
class JsonReprinter {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(): string {
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.object();
      case '[':
        return this.array();
      case '"':
        return JSON.stringify(this.string());
      default: {
        const word = /[^\s,\]}]*/y;
        word.lastIndex = this.at;
        const found = word.exec(this.text)?.[0] ?? '';
        this.at += found.length;
        return /^[-\d]/.test(found) ? numericFromText(found) : found;
      }
    }
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
    while (/\s/.test(this.text[this.at] ?? '')) this.at++;
  }
}

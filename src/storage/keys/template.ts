/**
 * Key templates: `user:{id}:order:{order_id}` is the glob pattern `user:*:order:*` whose stars have names. `{id}` stands for
 * one or more bytes other than ':', `{id*}` for any bytes, `\{` for a brace. Which bytes a capture gets: template-match.ts.
 */
import { RedQueryError } from '../../errors.ts';
import type { KeyTemplate, TemplatePiece } from '../scan-words.ts';

export interface ParsedPattern {
  /** Redis glob pattern. */
  readonly pattern: string;
  /** Null where there is no capture. */
  readonly template: KeyTemplate | null;
}

const CAPTURE = /^\{([\p{L}_][\p{L}\p{N}_]*)(\*?)\}/u;

/**
 * Reads a pattern with or without captures.
 * @throws {RedQueryError} RQ_ARGUMENT: a brace that opens no capture, or two captures of one name.
 */
export function parseTemplate(text: string): ParsedPattern {
  const pieces: TemplatePiece[] = [];
  let glob = '';
  for (let at = 0; at < text.length; ) {
    const step = text.slice(at, at + globStepAt(text, at));
    if (step !== '{') {
      glob += step;
      at += step.length;
      continue;
    }
    const found = CAPTURE.exec(text.slice(at));
    if (found === null) throw braceError(text, at);
    const [whole, name = '', star] = found;
    if (glob === '' && pieces.length > 0) throw adjoiningError(text, name);
    if (glob !== '') pieces.push({ kind: 'glob', text: glob });
    glob = '';
    pieces.push({ kind: 'capture', name, isGreedy: star === '*' });
    at += whole.length;
  }
  if (pieces.length === 0) return { pattern: text, template: null };
  if (glob !== '') pieces.push({ kind: 'glob', text: glob });
  const captures = pieces.flatMap((piece) => (piece.kind === 'capture' ? [piece.name] : []));
  refuseRepeated(captures, text);
  return { pattern: globOf(pieces), template: { pieces, captures } };
}

/** Gives the glob pattern of pieces, each capture as `*`. */
export function globOf(pieces: readonly TemplatePiece[]): string {
  return pieces.map((piece) => (piece.kind === 'glob' ? piece.text : '*')).join('');
}

/** Characters that stand together here: an escape, a class `[…]`, else one. A brace in a class is no capture. */
function globStepAt(text: string, at: number): number {
  if (text[at] === '\\') return 2;
  if (text[at] !== '[') return 1;
  let end = at + 1;
  while (end < text.length && text[end] !== ']') end += text[end] === '\\' ? 2 : 1;
  return end + 1 - at;
}

/** DuckDB ignores case in names. */
function refuseRepeated(captures: readonly string[], text: string): void {
  const seen = new Set<string>();
  for (const name of captures) {
    if (seen.has(name.toLowerCase())) {
      throw new RedQueryError(
        'RQ_ARGUMENT',
        `the pattern '${text}' has two captures called «${name}»; each needs a name of its own`,
      );
    }
    seen.add(name.toLowerCase());
  }
}

/** Where the first of the two ends, nothing would say. */
function adjoiningError(text: string, name: string): RedQueryError {
  const message = `the pattern '${text}' has nothing between the capture «${name}» and the one before it; put a literal there`;
  return new RedQueryError('RQ_ARGUMENT', message);
}

function braceError(text: string, at: number): RedQueryError {
  const valid = '{name} captures up to the next «:», {name*} anything, \\{ is a brace';
  return new RedQueryError(
    'RQ_ARGUMENT',
    `the pattern '${text}' has a brace at character ${at + 1} that opens no capture; valid: ${valid}`,
  );
}

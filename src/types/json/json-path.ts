/**
 * JSONPath as a column's declaration writes it: whether it can match more than one value, and how a member's name is written.
 * What a path means is the server's to say.
 */
import { RedQueryError } from '../../errors.ts';

/** `.name`, `["name"]`, `['name']`, `[0]`, `[-1]`. */
const STEP = /(?:\.[\p{L}\p{N}_$-]+|\[(?:-?\d+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\])/u;
const DEFINITE = new RegExp(`^\\$(?:${STEP.source})*$`, 'u');
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Tells whether a path matches one value at most. False where that is not certain: wildcards, `..`, slices, filters. */
export function isDefinitePath(path: string): boolean {
  return DEFINITE.test(path);
}

/** Gives the path of a member of the document: `$.name`, or `$["na me"]` where the name needs quotes. */
export function memberPath(name: string): string {
  if (PLAIN_NAME.test(name)) return `$.${name}`;
  return `$["${name.replaceAll(/["\\]/g, (char) => `\\${char}`)}"]`;
}

/** A declaration taken apart: `VARCHAR $.address.city`. `path` is null where none stands there. */
export interface TypeAndPath {
  readonly type: string;
  readonly path: string | null;
}

/**
 * Splits a declaration at the `$` that begins its path; one between quotes is part of a member's name.
 * @throws {RedQueryError} RQ_ARGUMENT where the path is none that begins at the document: `$`, `$.name`, `$[…]`.
 */
export function splitTypeAndPath(text: string): TypeAndPath {
  const type = /^(?:[^"$]|"[^"]*")*/.exec(text)?.[0] ?? '';
  if (type.length === text.length) return { type, path: null };
  const path = text.slice(type.length).trimEnd();
  // Anything else behind the `$` is an old style of path to RedisJSON, whose answers have another form.
  if (/^\$(?:$|\.|\[)/.test(path)) return { type, path };
  throw new RedQueryError('RQ_ARGUMENT', `«${path}» is no path into a document; valid: $, $.name, $["na me"], $.list[*].name`);
}

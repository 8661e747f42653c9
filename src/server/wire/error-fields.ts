/** The fields of ErrorResponse and NoticeResponse, in PostgreSQL's order («Error and Notice Message Fields»). */
import type { PgError } from '../pg-error.ts';
import type { Notice } from '../words.ts';

export type Field = readonly [code: string, value: string];

/** S, V, C, M always; D, H, P, s, t, c, n where they are known. P needs the text that the error's position counts in. */
export function errorFields(error: PgError, statementText?: string): Field[] {
  const details = error.details;
  const severity = details.severity ?? 'ERROR';
  const fields: Field[] = [
    ['S', severity],
    ['V', severity],
    ['C', error.sqlState],
    ['M', error.message],
  ];
  if (details.detail !== undefined) fields.push(['D', details.detail]);
  if (details.hint !== undefined) fields.push(['H', details.hint]);
  if (details.position !== undefined && statementText !== undefined) {
    fields.push(['P', String(characterPosition(statementText, details.position))]);
  }
  if (details.schema !== undefined) fields.push(['s', details.schema]);
  if (details.table !== undefined) fields.push(['t', details.table]);
  if (details.column !== undefined) fields.push(['c', details.column]);
  if (details.constraint !== undefined) fields.push(['n', details.constraint]);
  return fields;
}

export function noticeFields(notice: Notice): Field[] {
  const fields: Field[] = [
    ['S', notice.severity],
    ['V', notice.severity],
    ['C', notice.sqlState],
    ['M', notice.message],
  ];
  if (notice.detail !== undefined) fields.push(['D', notice.detail]);
  if (notice.hint !== undefined) fields.push(['H', notice.hint]);
  return fields;
}

/**
 * Turns an offset in UTF-16 code units from 0 into one in characters (code points) from 1.
 * An offset behind the end is the end's; one inside a surrogate pair is its character's.
 */
export function characterPosition(text: string, offset: number): number {
  let characters = 1;
  for (let at = 0; at < offset && at < text.length; characters += 1) {
    const next = at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
    if (next > offset) break;
    at = next;
  }
  return characters;
}

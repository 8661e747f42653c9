/**
 * The heads of statements that DuckDB's json_serialize_sql does not take. They are read strictly, without comments, so that what
 * stands behind them is what DuckDB takes for the body, and nothing else stands before it.
 */

const BLANK = '[\\x20\\t\\r\\n]';
const NAME = `(?:[\\p{L}_][\\p{L}\\p{N}_]*|"(?:[^"\\0]|"")+")`;
const QUALIFIED = `(?:main${BLANK}*\\.${BLANK}*)?${NAME}`;
const VALUE = `(?:'(?:[^'\\0]|'')*'|[-+]?[\\w.]+)`;
/** A plain value, also as the literal that a parameter becomes. */
const LITERAL = `(?:${VALUE}|CAST\\(${VALUE}${BLANK}+AS${BLANK}+\\w+\\))`;
const NAMES = `\\(${BLANK}*${NAME}(?:${BLANK}*,${BLANK}*${NAME})*${BLANK}*\\)`;
const PARAMETER = `${NAME}(?:${BLANK}+[\\w\\[\\]]+)?(?:${BLANK}*:=${BLANK}*${LITERAL})?`;
const PARAMETERS = `\\(${BLANK}*(?:${PARAMETER}(?:${BLANK}*,${BLANK}*${PARAMETER})*)?${BLANK}*\\)`;

function head(words: string): RegExp {
  return new RegExp(`^${BLANK}*${words.replaceAll(' ', `${BLANK}+`).replaceAll('~', `${BLANK}*`)}`, 'iu');
}

const CREATE = 'create (?:or replace )?';

/** Each matches what stands before the body. */
const BODIES = {
  createView: head(`${CREATE}view (?:if not exists )?${QUALIFIED}~(?:${NAMES}~)?as(?![\\w])~`),
  createMacroTable: head(`${CREATE}(?:macro|function) (?:if not exists )?${QUALIFIED}~${PARAMETERS}~as table `),
  createMacro: head(`${CREATE}(?:macro|function) (?:if not exists )?${QUALIFIED}~${PARAMETERS}~as(?![\\w])~`),
  explain: head('explain(?:~\\(~(?:format \\w+~,?~|analyze~,?~){1,2}\\)~|(?: analyze| analyse)?(?: verbose)? )'),
} as const;

const END = `${BLANK}*;?${BLANK}*$`;
const DROP = new RegExp(
  head(`drop (?:view|(?:macro|function)(?: table)?) (?:if exists )?${QUALIFIED}(?: cascade| restrict)?`).source + END,
  'iu',
);
const SETTING = `(?:time zone|variable ${NAME}|(?:session |local )?\\w+)`;
const SET = new RegExp(
  `(?:${head(`set ${SETTING}(?:~=~| to | )${LITERAL}`).source}|${head(`reset ${SETTING}`).source})${END}`,
  'iu',
);

/** A text that json_serialize_sql takes, and where it begins in the statement; `prefix` stands before it in neither. */
export interface Body {
  readonly text: string;
  readonly offset: number;
  readonly prefix: string;
}

/** Gives the body of an EXPLAIN or a CREATE; null where the head is not in the plain form. */
export function bodyOf(statement: string, kind: 'explain' | 'createView' | 'createMacro'): Body | null {
  const table = kind === 'createMacro' ? BODIES.createMacroTable.exec(statement) : null;
  const found = table ?? BODIES[kind].exec(statement);
  if (found === null) return null;
  const offset = found[0].length;
  // The body of a macro is an expression.
  const prefix = kind === 'createMacro' && table === null ? 'SELECT ' : '';
  return { text: statement.slice(offset), offset, prefix };
}

/** Tells whether a statement without a body is in the plain form. */
export function isPlainForm(statement: string, kind: 'drop' | 'set'): boolean {
  return (kind === 'drop' ? DROP : SET).test(statement);
}

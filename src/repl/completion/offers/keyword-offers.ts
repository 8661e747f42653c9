/** Words of SQL in the order in which they are wanted, by what stands before the cursor. */
import { COLUMN_KEYWORDS, FUNCTION_KEYWORDS, RESERVED_KEYWORDS, UNRESERVED_KEYWORDS } from '../../input/keywords.ts';
import type { Offer } from './matches.ts';

const list = (text: string): readonly string[] => text.split(', ');

/** Words that begin a statement. */
const START = list(
  'SELECT, FROM, WITH, EXPLAIN, EXPLAIN ANALYZE, DESCRIBE, SUMMARIZE, CREATE VIEW, CREATE OR REPLACE VIEW, CREATE TABLE, CREATE MACRO, DROP VIEW, DROP TABLE, INSERT INTO, UPDATE, DELETE FROM, SHOW, SET, RESET, COPY, PIVOT, UNPIVOT, VALUES, ALTER TABLE',
);
/** Words that begin a query. */
const QUERY = list('SELECT, FROM, WITH, VALUES, PIVOT, UNPIVOT, DESCRIBE, SUMMARIZE, TABLE');
/** Words that begin or are an operand. */
const OPERANDS = list(
  'CASE, CAST, TRY_CAST, NOT, NULL, TRUE, FALSE, EXISTS, INTERVAL, DISTINCT, CURRENT_DATE, CURRENT_TIMESTAMP',
);
/** Words that stand behind an operand, wherever it is. */
const OPERATORS = list(
  'AND, OR, IS NULL, IS NOT NULL, IN, NOT IN, LIKE, ILIKE, NOT LIKE, BETWEEN, AS, IS DISTINCT FROM, OVER, FILTER, COLLATE',
);
const CLAUSES = list(
  'FROM, WHERE, GROUP BY, GROUP BY ALL, ORDER BY, LIMIT, HAVING, QUALIFY, JOIN, LEFT JOIN, INNER JOIN, RIGHT JOIN, FULL JOIN, CROSS JOIN, ASOF JOIN, SEMI JOIN, ANTI JOIN, ON, USING, UNION ALL, UNION, EXCEPT, INTERSECT, OFFSET, SELECT, VALUES, SET, WINDOW, RETURNING, USING SAMPLE, ORDER BY ALL, ASC, DESC, NULLS FIRST, NULLS LAST, WHEN, THEN, ELSE, END, PARTITION BY, ROWS BETWEEN, EXCLUDE, REPLACE',
);
/** What comes first behind these. */
const FIRST: ReadonlyMap<string, readonly string[]> = new Map([
  ['select', list('FROM, AS')],
  ['from', list('WHERE, JOIN, LEFT JOIN, GROUP BY, ORDER BY, LIMIT, SELECT, AS')],
  ['join', list('ON, USING, AS')],
  ['on', list('AND, OR, WHERE, JOIN, LEFT JOIN, GROUP BY, ORDER BY, LIMIT')],
  ['where', list('AND, OR, GROUP BY, ORDER BY, LIMIT')],
  ['by', list('ORDER BY, LIMIT, HAVING, ASC, DESC, NULLS LAST, NULLS FIRST')],
  ['having', list('AND, OR, ORDER BY, LIMIT')],
  ['limit', list('OFFSET')],
  ['into', list('SELECT, VALUES, FROM')],
  ['update', list('SET')],
  ['set', list('WHERE')],
  ['when', list('THEN, AND, OR')],
  ['then', list('WHEN, ELSE, END')],
  ['else', list('END')],
  ['case', list('WHEN')],
]);
const ALL = [...RESERVED_KEYWORDS, ...COLUMN_KEYWORDS, ...FUNCTION_KEYWORDS, ...UNRESERVED_KEYWORDS];

/** In which case words are put in. */
export type LetterCase = 'upper' | 'lower';

export const startOffers = (letters: LetterCase): readonly Offer[] => offersOf('start', START, letters);
export const queryOffers = (letters: LetterCase): readonly Offer[] => offersOf('query', QUERY, letters);
export const operandOffers = (letters: LetterCase): readonly Offer[] => offersOf('operands', OPERANDS, letters);
/** Every keyword: for those who know what they type. */
export const allKeywordOffers = (letters: LetterCase): readonly Offer[] => offersOf('all', ALL, letters);

/** Words behind an operand or a table; `clause` is the word that the present clause begins with. */
export function clauseOffers(clause: string | null, letters: LetterCase): readonly Offer[] {
  const first = FIRST.get(clause ?? '') ?? [];
  const isTables = clause === 'from' || clause === 'join';
  const rest = [...(isTables ? [] : OPERATORS), ...CLAUSES, ...(isTables ? ['TABLESAMPLE', 'PIVOT', 'UNPIVOT'] : [])];
  return offersOf(`clause ${clause}`, [...first, ...rest.filter((word) => !first.includes(word))], letters);
}

const made = new Map<string, readonly Offer[]>();

function offersOf(name: string, words: readonly string[], letters: LetterCase): readonly Offer[] {
  const known = made.get(`${letters} ${name}`);
  if (known !== undefined) return known;
  const offers = words.map((word): Offer => {
    const text = letters === 'upper' ? word.toUpperCase() : word.toLowerCase();
    return { kind: 'keyword', match: word.toLowerCase(), make: () => ({ text, label: text, detail: '', kind: 'keyword' }) };
  });
  made.set(`${letters} ${name}`, offers);
  return offers;
}

/** The case of what is typed; of nothing, that of the words before. */
export function letterCaseOf(typed: string, before: readonly string[]): LetterCase {
  const word = /\p{L}/u.test(typed) ? typed : (before.find((text) => /\p{L}/u.test(text)) ?? 'A');
  return word === word.toLowerCase() ? 'lower' : 'upper';
}

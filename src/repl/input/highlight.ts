/** Colours what is typed, as it is typed: words of SQL, strings, numbers, comments, commands, and what is not closed. */
import type { Span } from '../words.ts';
import type { Highlighter } from '../words.ts';
import { COLUMN_KEYWORDS, FUNCTION_KEYWORDS, RESERVED_KEYWORDS } from './keywords.ts';
import { type ScriptPiece, scan } from './scan.ts';

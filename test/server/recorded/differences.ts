/** Where a recorded statement is answered otherwise than by PostgreSQL 15, by tool and number: a SQLSTATE, or the columns of its results. */
export const DIFFERENCES: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> = {};

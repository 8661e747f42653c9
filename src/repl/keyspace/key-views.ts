/** The views that the shapes of a map can become: CREATE VIEW statements with names that are valid and free. */
import { quoteIdentifier, quoteLiteral } from '../../sql/index.ts';
import { freeTableName, isWorthTable, type KeyShape, patternOf, TYPE_TABLES, tableNameOf } from '../../storage/index.ts';
import { isPrintableEscapeIn } from '../../types/index.ts';

/** A table or view that the session has already. */
export interface KnownRelation {
  readonly name: string;
  /** The statement that made it; empty for a table. */
  readonly sql: string;
}

/** Reserved in DuckDB and not in PostgreSQL (duckdb_keywords()): as names they stand in quotes. */
const DUCKDB_WORDS = new Set('describe lambda pivot pivot_longer pivot_wider qualify show summarize unpivot'.split(' '));

/** Gives the statements, those for most keys first; shapes that are a view already are left out. */
export function viewsOf(shapes: readonly KeyShape[], known: readonly KnownRelation[]): readonly string[] {
  const taken = new Set(known.map(({ name }) => name.toLowerCase()));
  return shapes.filter(isViewable).flatMap((shape) => {
    const source = TYPE_TABLES[shape.type];
    if (source === undefined) return [];
    const call = `${source.functionName}(${quoteLiteral(patternOf(shape, shapes))}`;
    // The engine writes arguments of its own behind those that were given.
    if (known.some(({ sql }) => sql.includes(`${call})`) || sql.includes(`${call},`))) return [];
    const name = freeTableName(tableNameOf(shape), shape.type, taken);
    taken.add(name);
    return [`CREATE VIEW ${nameText(name)} AS FROM ${call});`];
  });
}

/** Text that stands for other bytes cannot be sent as a pattern. */
function isViewable(shape: KeyShape): boolean {
  return isWorthTable(shape) && !shape.parts.some((part) => part !== null && (isPrintableEscapeIn(part) || part.includes('\0')));
}

function nameText(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !DUCKDB_WORDS.has(name) ? name : quoteIdentifier(name);
}

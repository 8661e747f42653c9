/** Functions of PostgreSQL that the engine lacks, as macros of DuckDB. A statement names those that it needs. */
export const MACROS: ReadonlyMap<string, string> = new Map();

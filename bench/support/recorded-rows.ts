/** The table whose recorded replies stub-server.ts plays: eight doubles a row, so that decoding is most of the work. */
export const RECORDED_FIELDS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8'];

/** A statement that needs every value of every row, and of DuckDB little. */
export function sumOfRecorded(): string {
  const columns = RECORDED_FIELDS.map((name) => `'${name}': 'DOUBLE'`).join(', ');
  return `SELECT count(*) AS n, ${RECORDED_FIELDS.map((name) => `sum(${name})`).join(', ')} FROM redis_hash('rec:*', columns => {${columns}})`;
}

/** The names of the output formats. */

export const FORMATS = ['table', 'box', 'json', 'ndjson', 'csv', 'tsv', 'markdown', 'html', 'line', 'insert', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];

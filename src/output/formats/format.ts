/** The names of the output formats. */

export const FORMATS = ['table', 'json', 'ndjson', 'csv', 'markdown', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];

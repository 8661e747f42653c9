/** The output formats, each loaded when it is asked for. */
import type { Format } from './format.ts';
import type { FormatWriter } from './format-writer.ts';

export type { FormatWriter, Rows } from './format-writer.ts';

/** Gives the writer of a format. */
export async function writerFor(format: Format): Promise<FormatWriter> {
  switch (format) {
    case 'table':
      return (await import('./table.ts')).writeTable;
    case 'json':
      return (await import('./json.ts')).writeJson;
    case 'ndjson':
      return (await import('./json.ts')).writeNdjson;
    case 'csv':
      return (await import('./csv.ts')).writeCsv;
    case 'markdown':
      return (await import('./markdown.ts')).writeMarkdown;
    case 'arrow':
      return (await import('./arrow.ts')).writeArrow;
    default:
      return format satisfies never;
  }
}

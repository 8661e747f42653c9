/** The output formats, each loaded when it is asked for. */
import type { Format } from './format.ts';
import type { FormatWriter } from './format-writer.ts';

export type { FormatOptions, FormatWriter, Rows } from './format-writer.ts';

/** Gives the writer of a format. */
export async function writerFor(format: Format): Promise<FormatWriter> {
  switch (format) {
    case 'table':
      return (await import('../box/box.ts')).writeTable;
    case 'box':
      return (await import('../box/box.ts')).writeBox;
    case 'json':
      return (await import('./json.ts')).writeJson;
    case 'ndjson':
      return (await import('./json.ts')).writeNdjson;
    case 'csv':
      return (await import('./csv.ts')).writeCsv;
    case 'tsv':
      return (await import('./tsv.ts')).writeTsv;
    case 'markdown':
      return (await import('./markdown.ts')).writeMarkdown;
    case 'html':
      return (await import('./html.ts')).writeHtml;
    case 'line':
      return (await import('./line.ts')).writeLine;
    case 'insert':
      return (await import('./insert.ts')).writeInsert;
    case 'arrow':
      return (await import('./arrow.ts')).writeArrow;
    default:
      return format satisfies never;
  }
}

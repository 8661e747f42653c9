/** The line below a box: how many rows there are, what was left out, and how to see it. */
import type { FormatOptions } from '../formats/format-writer.ts';
import { counted, grouped } from '../quantities.ts';

export interface FooterNumbers {
  readonly rowCount: number;
  readonly shownRows: number;
  readonly columnCount: number;
  readonly shownColumns: number;
  /** True where names or values were cut. */
  readonly isCut: boolean;
  readonly advice: FormatOptions['advice'];
}

/** For a command line, where there is no setting to change. */
const COMMAND_ADVICE = '--format csv, ndjson, or into a pipe';

/** `1,204 rows (40 shown) · 8 of 23 columns shown · values cut · all of it: .maxrows 0, \x`; begins with the count. */
export function footerText({ rowCount, shownRows, columnCount, shownColumns, isCut, advice }: FooterNumbers): string {
  const hasAllRows = shownRows === rowCount;
  const hasAllColumns = shownColumns === columnCount;
  const parts = [`${counted(rowCount, 'row')}${hasAllRows ? '' : ` (${grouped(shownRows)} shown)`}`];
  if (!hasAllColumns) parts.push(`${grouped(shownColumns)} of ${grouped(columnCount)} columns shown`);
  if (isCut) parts.push('values cut');
  const ways = new Set<string>();
  if (!hasAllRows) ways.add(advice?.rows ?? COMMAND_ADVICE);
  if (!hasAllColumns || isCut) ways.add(advice?.columns ?? COMMAND_ADVICE);
  if (ways.size > 0) parts.push(`all of it: ${[...ways].join(', ')}`);
  return parts.join(' · ');
}

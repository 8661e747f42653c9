/** The settings of a session that change how values look as text. */

export type DateStyle = 'ISO' | 'SQL' | 'German' | 'Postgres';
export type DateOrder = 'MDY' | 'DMY' | 'YMD';
export type IntervalStyle = 'postgres' | 'postgres_verbose' | 'sql_standard' | 'iso_8601';

export interface TextStyle {
  /** As SHOW TimeZone gives it: an IANA name or a POSIX zone such as `<+03>-03`. */
  readonly timeZone: string;
  readonly dateStyle: DateStyle;
  readonly dateOrder: DateOrder;
  readonly intervalStyle: IntervalStyle;
  readonly byteaOutput: 'hex' | 'escape';
  /** -15 to 3; above 0: the shortest digits that read back. */
  readonly extraFloatDigits: number;
}

/** PostgreSQL's defaults, in UTC. */
export const DEFAULT_STYLE: TextStyle = {
  timeZone: 'UTC',
  dateStyle: 'ISO',
  dateOrder: 'MDY',
  intervalStyle: 'postgres',
  byteaOutput: 'hex',
  extraFloatDigits: 1,
};

const DATE_STYLES: readonly DateStyle[] = ['ISO', 'SQL', 'German', 'Postgres'];
const DATE_ORDERS: readonly DateOrder[] = ['MDY', 'DMY', 'YMD'];
const INTERVAL_STYLES: readonly IntervalStyle[] = ['postgres', 'postgres_verbose', 'sql_standard', 'iso_8601'];

/** Reads the style from a session's settings (`SessionFacts.setting`); what is missing or unknown has its default. */
export function textStyleOf(setting: (name: string) => string | null): TextStyle {
  const words = (setting('datestyle') ?? '').toLowerCase().split(/[\s,]+/);
  const digits = Number(setting('extra_float_digits') ?? DEFAULT_STYLE.extraFloatDigits);
  const interval = (setting('intervalstyle') ?? '').toLowerCase();
  return {
    timeZone: setting('timezone') ?? DEFAULT_STYLE.timeZone,
    dateStyle: DATE_STYLES.find((style) => words.includes(style.toLowerCase())) ?? DEFAULT_STYLE.dateStyle,
    dateOrder: DATE_ORDERS.find((order) => words.includes(order.toLowerCase())) ?? DEFAULT_STYLE.dateOrder,
    intervalStyle: INTERVAL_STYLES.find((style) => style === interval) ?? DEFAULT_STYLE.intervalStyle,
    byteaOutput: setting('bytea_output')?.toLowerCase() === 'escape' ? 'escape' : 'hex',
    extraFloatDigits: Number.isInteger(digits) ? digits : DEFAULT_STYLE.extraFloatDigits,
  };
}

/**
 * Loads apache-arrow and Polars when they are first needed: neither costs anything to who only reads rows.
 */
import { RedQueryError } from '../errors.ts';

/** The functions of arrow-table.ts. */
export type ArrowTables = typeof import('./arrow-table.ts');

/** Loads the Arrow forms of results: `recordBatchFrom`, `tableFrom`, `ipcStreamFrom`, … */
export function loadArrowTables(): Promise<ArrowTables> {
  return import('./arrow-table.ts');
}

/** A DataFrame of nodejs-polars. */
export type PolarsDataFrame = import('nodejs-polars').DataFrame;

/**
 * Reads an IPC stream (made with the profile 'polars') into a DataFrame of the optional peer nodejs-polars.
 * @throws {RedQueryError} RQ_UNSUPPORTED when nodejs-polars is not installed or does not load.
 */
export async function polarsFrom(
  ipcBytes: Uint8Array,
  load: () => Promise<unknown> = () => import('nodejs-polars'),
): Promise<PolarsDataFrame> {
  const polars = await loadPolars(load);
  return polars.readIPCStream(Buffer.from(ipcBytes.buffer, ipcBytes.byteOffset, ipcBytes.byteLength));
}

interface Polars {
  readIPCStream(bytes: Buffer): PolarsDataFrame;
}

async function loadPolars(load: () => Promise<unknown>): Promise<Polars> {
  try {
    const loaded = await load();
    const found = polarsIn(loaded) ?? (isObject(loaded) ? polarsIn(loaded['default']) : undefined);
    if (found !== undefined) return found;
  } catch (cause) {
    throw new RedQueryError(
      'RQ_UNSUPPORTED',
      'a Polars DataFrame needs the package nodejs-polars, which is not there or does not load',
      {
        cause,
        hint: 'npm install nodejs-polars',
      },
    );
  }
  throw new RedQueryError(
    'RQ_UNSUPPORTED',
    'the nodejs-polars that is installed has no readIPCStream; valid is version 0.26 or later',
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function polarsIn(value: unknown): Polars | undefined {
  if (!isObject(value) || typeof value['readIPCStream'] !== 'function') return undefined;
  // Checked above; the package's own types are only loosely typed here.
  return value as unknown as Polars;
}

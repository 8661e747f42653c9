/** Bakes the catalog's data directory once, before the first test that needs it. */
import { ensureDataFile } from '../../src/server/catalog/process/data-file.ts';

export async function setup(): Promise<void> {
  await ensureDataFile();
}

/**
 * The program of the catalog's process: loads the baked data directory (argument 1) and answers raw protocol over the pipe
 * that is its file descriptor 3. It knows nothing of SQL. Everything here blocks, since there is nothing else to do.
 *
 * In: frames of a uint32 length and that many bytes, messages of the frontend. Out: for each, frames of the same form with
 * messages of the backend, ended by a frame of length 0; one such end goes out first, when PostgreSQL is up.
 */
import { readFileSync, readSync, writeSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { DATABASE, OWNER_ROLE } from './overrides.ts';

const PIPE = 3;
const HEADER_BYTES = 4;
/** Lets the mirror choose object ids, so that they stay the same in the next process. */
const BINARY_UPGRADE = '-b';
/** PostgreSQL's own default; PGlite has another. */
const SEARCH_PATH = ['-c', 'search_path="$user", public'];

const [, , dataFile = ''] = process.argv;
const database = await start();
const header = new Uint8Array(HEADER_BYTES);
const headerView = new DataView(header.buffer);
writeFrame(new Uint8Array(0));
for (;;) {
  readExactly(header);
  const request = new Uint8Array(headerView.getUint32(0));
  readExactly(request);
  // Without files to write back, this has ended when it returns.
  await database.execProtocolRawStream(request, { syncToFs: false, onRawData: writeFrame });
  writeFrame(new Uint8Array(0));
}

async function start(): Promise<PGlite> {
  const loadDataDir = new Blob([gunzipSync(readFileSync(dataFile))]);
  const pg = await PGlite.create({
    loadDataDir,
    database: DATABASE,
    startParams: [...PGlite.defaultStartParams, ...SEARCH_PATH, BINARY_UPGRADE],
  });
  // Named once, so that a transaction's end comes back to it.
  await pg.exec(`set session authorization ${OWNER_ROLE}`);
  globalThis.gc?.();
  return pg;
}

/** Ends the process where the server has gone. */
function readExactly(target: Uint8Array): void {
  for (let at = 0; at < target.length; ) {
    const count = readSync(PIPE, target, at, target.length - at, null);
    if (count === 0) process.exit(0);
    at += count;
  }
}

function writeFrame(bytes: Uint8Array): void {
  const frameHeader = new Uint8Array(HEADER_BYTES);
  new DataView(frameHeader.buffer).setUint32(0, bytes.length);
  for (const part of bytes.length === 0 ? [frameHeader] : [frameHeader, bytes]) {
    for (let at = 0; at < part.length; ) at += writeSync(PIPE, part, at);
  }
}

/**
 * Makes the data directory that a catalog process starts from: initdb, the roles, the database, our functions. Runs as a
 * program of its own (`node bake.ts [FILE]`), since it takes some 600 MB and seconds of one thread.
 */
import { mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { builtDataFile } from './data-file.ts';
import { DATABASE, DATABASE_SQL, OWNER_ROLE, ROLE_STATEMENTS, SERVER_SETTINGS } from './overrides.ts';

const TAR_BLOCK_BYTES = 512;
/** The template databases' files: nobody connects to them, and no database is ever made from them. Half of the memory. */
const LEFT_OUT = /^\/?base\/(1|4|5)\/./;

/** Bakes into `file`; a reader of `file` finds the old one or the new one, whole. */
export async function bake(file: string): Promise<void> {
  const first = await PGlite.create({ initDbStartParams: ['--wal-segsize=1'], postgresqlconf: [...SERVER_SETTINGS] });
  for (const statement of ROLE_STATEMENTS) await first.exec(statement);
  await first.exec('checkpoint');
  const cluster = await first.dumpDataDir('none');
  await first.close();

  const second = await PGlite.create({ loadDataDir: cluster, database: DATABASE });
  await second.exec(`set session authorization ${OWNER_ROLE}`);
  await second.exec(DATABASE_SQL);
  for (const statement of ['vacuum full', 'vacuum freeze analyze', 'checkpoint']) await second.exec(statement);
  const made = await second.dumpDataDir('none');
  await second.close();

  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, gzipSync(withoutTemplates(new Uint8Array(await made.arrayBuffer()))));
  renameSync(unfinished, file);
}

/** A tar is a header block a file, then its bytes in whole blocks (ustar: name at 0, prefix at 345, octal size at 124). */
function withoutTemplates(tar: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  const text = (from: number, to: number) => Buffer.from(tar.subarray(from, to)).toString('latin1').replace(/\0.*$/s, '');
  for (let at = 0; at + TAR_BLOCK_BYTES <= tar.length; ) {
    const prefix = text(at + 345, at + 500);
    const name = `${prefix === '' ? '' : `${prefix}/`}${text(at, at + 100)}`;
    const bytes = Number.parseInt(text(at + 124, at + 136).trim() || '0', 8);
    const end = at + TAR_BLOCK_BYTES * (1 + Math.ceil(bytes / TAR_BLOCK_BYTES));
    if (!LEFT_OUT.test(name)) kept.push(tar.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

if (realpathSync(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  await bake(process.argv[2] ?? builtDataFile());
  process.exit(0);
}

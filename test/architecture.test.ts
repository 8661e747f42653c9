import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode } from '../src/errors.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCE = path.join(ROOT, 'src');

/** A folder may import from lines above its own only (docs/architecture); index.ts and errors.ts count as folders. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors'],
  ['types'],
  ['resp', 'arrow', 'sql'],
  ['storage', 'output'],
  ['planner', 'workers', 'write'],
  ['engine'],
  ['streams', 'cache', 'server', 'repl'],
  ['index'],
  ['bin'],
];

/** Where an outside module may be imported; `values` lets types be named anywhere. */
const HOMES: readonly { readonly module: RegExp; readonly home: RegExp; readonly values?: true }[] = [
  { module: /^@duckdb\//, home: /^engine\// },
  { module: /^apache-arrow$/, home: /^arrow\// },
  { module: /^ioredis$/, home: /^storage\/connections\/client\.ts$/ },
  { module: /^node:(net|tls)$/, home: /^(storage\/connections\/connection|server\/net\/(listener|tls-gate))\.ts$/, values: true },
  { module: /^piscina$/, home: /^workers\/pool\.ts$/ },
  // Threads start in pool.ts and early.ts only; threads.ts talks to them, and the two others of the engine send and take messages inside its thread.
  {
    module: /^node:worker_threads$/,
    home: /^(workers\/pool|engine\/(early|threads|thread\/(thread-host|functions\/scan-feed))|.*\.worker)\.ts$/,
    values: true,
  },
  { module: /^nodejs-polars$/, home: /^arrow\// },
  { module: /^(libpg-query|pgsql-deparser)$/, home: /^server\/dialect\// },
  { module: /^@pgsql\/types$/, home: /^server\/dialect\//, values: true },
  { module: /^@mongodb-js\/saslprep$/, home: /^server\/auth\// },
  { module: /^fast-string-truncated-width$/, home: /^output\/terminal-text\.ts$/ },
  { module: /^prom-client$/, home: /^server\/ops\// },
  { module: /^@electric-sql\/pglite$/, home: /^server\/catalog\/process\/(pglite\.child|bake)\.ts$/ },
];

const MAX_FILE_LINES = 400;
const MAX_DOORWAY_LINES = 40;
const MAX_PUBLIC_NAMES = 30;

interface Import {
  /** Path below src, such as `engine/session/session.ts`. */
  readonly from: string;
  readonly target: string;
  readonly isTypeOnly: boolean;
}

interface SourceFile {
  readonly name: string;
  readonly text: string;
}

const files: readonly SourceFile[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name: name.split(path.sep).join('/'), text: readFileSync(path.join(SOURCE, name), 'utf8') }));
const imports: readonly Import[] = files.flatMap(importsOf);

function importsOf({ name, text }: SourceFile): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map((match) => ({ from: name, target: match[2] ?? '', isTypeOnly: isTypeOnly(match[0]) })),
    // `import('x')` as a type and as a call look alike; both count as values.
    ...[...dynamic].map((match) => ({ from: name, target: match[1] ?? '', isTypeOnly: false })),
  ];
}

/** `import type { A }` and `import { type A, type B }` leave nothing at run time that matters here. */
function isTypeOnly(statement: string): boolean {
  if (/^(?:import|export)\s+type\s/.test(statement)) return true;
  const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(',') ?? [];
  const named = names.map((word) => word.trim()).filter((word) => word !== '');
  return named.length > 0 && named.every((word) => word.startsWith('type ')) && !/^import\s+\w/.test(statement);
}

function layerOf(file: string): number {
  const folder = (file.split('/')[0] ?? '').replace(/\.ts$/, '');
  return LAYERS.findIndex((layer) => layer.includes(folder));
}

function folderOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : file;
}

const ownImports = imports
  .filter(({ target }) => target.startsWith('.'))
  .map((one) => ({ ...one, target: path.posix.join(path.posix.dirname(one.from), one.target) }));

/** All that a thread's entry loads, directly or not; these files name leaf files, so that the thread starts light. */
function filesLoadedBy(entry: RegExp): ReadonlySet<string> {
  const loaded = new Set(files.map(({ name }) => name).filter((name) => entry.test(name)));
  // A set's iteration visits what is added on the way.
  for (const file of loaded) {
    for (const { from, target, isTypeOnly: isType } of ownImports) if (from === file && !isType) loaded.add(target);
  }
  return loaded;
}

/** What is entered before the rest of its folder is loaded. */
const EARLY: ReadonlySet<string> = new Set(['engine/early.ts']);

describe('layers', () => {
  it('has a line for every folder of src', () => {
    expect(files.map(({ name }) => name).filter((name) => layerOf(name) < 0)).toEqual([]);
  });

  it('imports only from lines above', () => {
    const wrong = ownImports.filter(
      ({ from, target }) => folderOf(from) !== folderOf(target) && layerOf(target) >= layerOf(from),
    );
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  it('enters another folder by its doorway, what a thread loads excepted', () => {
    const isLoadedByWorker = filesLoadedBy(/\.worker\.ts$/);
    const wrong = ownImports.filter(
      ({ from, target }) =>
        folderOf(from) !== folderOf(target) &&
        target.includes('/') &&
        !/^\w+\/index\.ts$/.test(target) &&
        !EARLY.has(target) &&
        !from.endsWith('.worker.ts') &&
        !isLoadedByWorker.has(from),
    );
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  it('starts a scan worker without DuckDB, Arrow and the pool', () => {
    const loaded = filesLoadedBy(/^workers\/.*\.worker\.ts$/);
    expect(loaded.size).toBeGreaterThan(1);
    const packages = imports.filter(
      ({ from, target, isTypeOnly: isType }) => loaded.has(from) && !isType && /^[a-z@]/.test(target),
    );
    expect(packages.filter(({ target }) => !target.startsWith('node:'))).toEqual([]);
  });

  it('starts an engine thread without ioredis, Arrow and the pool', () => {
    const loaded = filesLoadedBy(/^engine\/.*\.worker\.ts$/);
    const packages = imports.filter(
      ({ from, target, isTypeOnly: isType }) => loaded.has(from) && !isType && /^[a-z@]/.test(target),
    );
    expect(new Set(packages.map(({ target }) => target).filter((target) => !target.startsWith('node:')))).toEqual(
      new Set(['@duckdb/node-bindings']),
    );
  });

  it('ends every import of an own file in .ts', () => {
    expect(ownImports.filter(({ target }) => !target.endsWith('.ts'))).toEqual([]);
  });
});

describe('dependencies', () => {
  it.each(HOMES)('imports $module at its home only', ({ module, home, values }) => {
    const wrong = imports.filter(
      ({ from, target, isTypeOnly: isType }) => module.test(target) && !home.test(from) && !(values === true && isType),
    );
    expect(wrong.map(({ from, target }) => `${from} imports ${target}`)).toEqual([]);
  });

  it('names a home for every package that it imports', () => {
    const packages = imports
      .map(({ target }) => target)
      .filter((target) => !target.startsWith('.') && !target.startsWith('node:'));
    expect(packages.filter((target) => !HOMES.some(({ module }) => module.test(target)))).toEqual([]);
  });

  it('explains every package in docs/dependencies.md', () => {
    // package.json is ours; only its names are used.
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const named = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    const document = readFileSync(path.join(ROOT, 'docs/dependencies.md'), 'utf8');
    expect(named.filter(([name, version]) => !document.includes(`| \`${name}\` | ${version} |`))).toEqual([]);
  });
});

describe('sizes', () => {
  const lineCount = (text: string): number => text.split('\n').length - 1;

  it(`keeps files at ${MAX_FILE_LINES} lines`, () => {
    expect(files.filter(({ text }) => lineCount(text) > MAX_FILE_LINES).map(({ name }) => name)).toEqual([]);
  });

  it(`keeps doorways at ${MAX_DOORWAY_LINES} lines`, () => {
    const doorways = files.filter(({ name }) => /^\w+\/index\.ts$/.test(name));
    expect(doorways.filter(({ text }) => lineCount(text) > MAX_DOORWAY_LINES).map(({ name }) => name)).toEqual([]);
  });

  it(`exports at most ${MAX_PUBLIC_NAMES} names`, () => {
    const names = publicNames();
    expect(names.length).toBeGreaterThan(0);
    expect(names.length, names.join(', ')).toBeLessThanOrEqual(MAX_PUBLIC_NAMES);
  });
});

describe('documents', () => {
  const errorsDocument = readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8');

  it('lists every error code in docs/errors.md as the table of codes has it, and no other', () => {
    const rows = [...errorsDocument.matchAll(/^\| `(RQ_\w+)` \| (\w+) \| (\w+) \| (yes|no) \|/gm)];
    const documented = rows.map(([, code, kind, sqlState, retryable]) => ({ code, kind, sqlState, retryable }));
    const actual = Object.entries(ERRORS).map(([code, spec]) => ({
      code,
      kind: spec.kind,
      sqlState: spec.sqlState,
      retryable: 'retryable' in spec ? 'yes' : 'no',
    }));
    expect(documented).toEqual(actual);
  });

  it('names no error code that does not exist', () => {
    const texts = [...files, ...markdownFiles()];
    const wrong = texts.flatMap(({ name, text }) =>
      [...text.matchAll(/\bRQ_(?!CODE\b)[A-Z0-9_]*[A-Z0-9]\b/g)]
        .map(([code]) => ({ name, code }))
        .filter(({ code }) => !isErrorCode(code)),
    );
    expect(wrong).toEqual([]);
  });

  it('names every public export in docs/api.md', () => {
    const document = readFileSync(path.join(ROOT, 'docs/api.md'), 'utf8');
    expect(publicNames().filter((name) => !new RegExp(`\\b${name}\\b`).test(document))).toEqual([]);
  });
});

describe('text', () => {
  it('names no place of one machine', () => {
    // Folders of one user, and hosts of package registries: neither is anybody else's.
    const places = ['/root/', '/home/', '/Users/', '://registry.', '://pypi.'];
    const own = path.relative(ROOT, import.meta.filename);
    const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0');
    const wrong = listed
      .filter((name) => /\.(ts|mjs|md|json|yml|sql)$|^\.ci\//.test(name) && name !== own)
      .flatMap((name) => {
        const text = readIfThere(name);
        return places.filter((place) => text.includes(place)).map((place) => `${name}: ${place}`);
      });
    expect(wrong).toEqual([]);
  });
});

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** The names that src/index.ts exports, types included. */
function publicNames(): string[] {
  const text = files.find(({ name }) => name === 'index.ts')?.text ?? '';
  const lists = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap(([, list = '']) => list.split(','));
  const names = lists.map((word) =>
    word
      .trim()
      .replace(/^type\s+/, '')
      .replace(/^.*\sas\s/, ''),
  );
  const declared = [...text.matchAll(/^export\s+(?:async\s+)?(?:function|const|class|interface|type)\s+(\w+)/gm)];
  return [...names, ...declared.map(([, name = '']) => name)].filter((name) => name !== '');
}

function markdownFiles(): SourceFile[] {
  const documents = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
  return [...documents, 'README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
    .filter((name) => name.endsWith('.md'))
    .map((name) => ({ name, text: readIfThere(name) }));
}

/** A file that git lists may be deleted in the working tree. */
function readIfThere(name: string): string {
  try {
    return readFileSync(path.join(ROOT, name), 'utf8');
  } catch {
    return '';
  }
}

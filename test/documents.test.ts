/** The documents' links: each leads to a file that is there and, with `#…`, to a heading of it; files that are named exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const DOCUMENTS = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.split(path.sep).join('/')}`),
];

function textOf(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8').replace(/^```[^]*?^```$/gm, '');
}

/** As GitHub makes them: small letters, blanks become `-`, all but letters, digits, `-` and `_` goes. */
function anchorsOf(name: string): string[] {
  return [...textOf(name).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function brokenLinksOf(name: string): string[] {
  return [...textOf(name).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? name : path.posix.join(path.posix.dirname(name), file);
    if (!existsSync(path.join(ROOT, target))) return [link];
    return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [link];
  });
}

/** `test/…` and `bench/…` as they stand; `folder/file.ts` below src, too. */
function missingFilesOf(name: string): string[] {
  const named = [
    ...textOf(name).matchAll(/(?<![\w/.-])(?:(?:src|test|bench|scripts|docs)\/[\w./-]*\w|[a-z-]+(?:\/[a-z-]+)+\.ts)/g),
  ];
  return named.map(([file]) => file).filter((file) => ![file, `src/${file}`].some((one) => existsSync(path.join(ROOT, one))));
}

describe('the documents', () => {
  it.each(DOCUMENTS)('link to what is there: %s', (name) => {
    expect(brokenLinksOf(name)).toEqual([]);
  });

  it.each(DOCUMENTS)('name files that are there: %s', (name) => {
    expect(missingFilesOf(name).filter((file) => !file.includes('FOLDER'))).toEqual([]);
  });

  it('say of each invariant who keeps it and what checks it', () => {
    const rows = textOf('docs/invariants.md').match(/^\| \d+\w? \|.*$/gm) ?? [];
    expect(rows.length).toBeGreaterThan(14);
    const kept = rows.flatMap((row) => (row.split('|')[3] ?? '').match(/[a-z-]+(?:\/[a-z-]+)+/g) ?? []);
    const isThere = (file: string): boolean => ['', '.ts'].some((end) => existsSync(path.join(ROOT, 'src', `${file}${end}`)));
    expect(kept.filter((file) => !isThere(file))).toEqual([]);
  });
});

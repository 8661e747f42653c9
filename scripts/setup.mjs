/**
 * Brings a fresh clone to where everything runs: a Node that is new enough, and the packages of package-lock.json. Plain
 * JavaScript for Node 18 and later, without any package, since it runs before there is one. Does nothing where all is there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const OLDEST_NODE = [22, 12];
const FETCHED_NODE_VERSION = '24.21.0';
const TOOLS_DIRECTORY = path.join(ROOT, '.tools');
const LOCK_FILE = path.join(ROOT, '.cache', 'setup.lock');
const LOCK_POLL_MS = 200;
/** Where the packages `node` and its platform packages put the program. */
const FETCHED_NODE_FILES = [
  'node/bin/node',
  `node-${process.platform}-${process.arch}/bin/node`,
  `node-bin-${process.platform}-${process.arch}/bin/node`,
].map((file) => path.join(TOOLS_DIRECTORY, 'node_modules', file));

/**
 * Sets up what is missing; under a second where nothing is.
 * @returns {{ node: string, env: NodeJS.ProcessEnv }} the Node to run everything with, and an environment whose PATH begins
 * with it and with the programs of node_modules.
 */
export function setUp() {
  const stamp = path.join(ROOT, 'node_modules', '.redquery-setup');
  const wanted = lockHash();
  if (currentNode() === undefined || readOr(stamp, '') !== wanted) {
    withLock(() => {
      const node = currentNode() ?? fetchNode();
      if (readOr(stamp, '') === wanted) return;
      // Under an old Node npm silently leaves out the native packages that ask for a newer one: so under `node`, always.
      console.error('Installing the packages of package-lock.json …');
      npm(node, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], environmentOf(node));
      writeFileSync(stamp, wanted);
    });
  }
  const node = currentNode();
  return { node, env: environmentOf(node) };
}

/** This Node where it is new enough, else the fetched one; undefined where that is missing, too. */
function currentNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return process.execPath;
  if (readOr(path.join(TOOLS_DIRECTORY, '.version'), '') !== FETCHED_NODE_VERSION) return undefined;
  return FETCHED_NODE_FILES.find((file) => existsSync(file));
}

function fetchNode() {
  console.error(
    `Node ${process.versions.node} is too old (needed: ${OLDEST_NODE.join('.')}); fetching Node ${FETCHED_NODE_VERSION} into .tools …`,
  );
  rmSync(TOOLS_DIRECTORY, { recursive: true, force: true });
  mkdirSync(TOOLS_DIRECTORY, { recursive: true });
  const platform = `${process.platform}-${process.arch}`;
  // The package `node` links its program with an install script, which npm may be told not to run; the others hold it.
  for (const name of ['node', platform === 'darwin-arm64' ? `node-bin-${platform}` : `node-${platform}`]) {
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', '--prefix', TOOLS_DIRECTORY];
    npm(process.execPath, [...args, `${name}@${FETCHED_NODE_VERSION}`], process.env);
    const node = FETCHED_NODE_FILES.find(startsHere);
    if (node === undefined) continue;
    writeFileSync(path.join(TOOLS_DIRECTORY, '.version'), FETCHED_NODE_VERSION);
    return node;
  }
  throw new Error(
    `npm installed Node ${FETCHED_NODE_VERSION} into .tools, but it does not start; install Node ${OLDEST_NODE.join('.')} or later`,
  );
}

function startsHere(file) {
  const { stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
  return stdout?.trim() === `v${FETCHED_NODE_VERSION}`;
}

/** Runs npm under `node`: the npm that started this process, else the one on the PATH. */
function npm(node, args, env) {
  const script = process.env.npm_execpath;
  const isNpm = script !== undefined && path.basename(script) === 'npm-cli.js';
  execFileSync(isNpm ? node : 'npm', isNpm ? [script, ...args] : args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
}

function environmentOf(node) {
  const folders = [path.dirname(node), path.join(ROOT, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: folders.join(path.delimiter) };
}

/** The packages depend on the lock file and on the platform that they are for. */
function lockHash() {
  const hash = createHash('sha256').update(readFileSync(path.join(ROOT, 'package-lock.json')));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

/** Two set-ups at once would write over each other: the second waits for the first. */
function withLock(work) {
  mkdirSync(path.dirname(LOCK_FILE), { recursive: true });
  while (!tryLock()) {
    if (!isAlive(Number(readOr(LOCK_FILE, '0')))) rmSync(LOCK_FILE, { force: true });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
  }
  try {
    work();
  } finally {
    rmSync(LOCK_FILE, { force: true });
  }
}

/** The lock appears with its number in it: a link to a file that is written already. */
function tryLock() {
  const own = `${LOCK_FILE}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK_FILE);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Whether a process lives; 0 stands for a lock that was given back meanwhile. */
function isAlive(pid) {
  if (pid === 0) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

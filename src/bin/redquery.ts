#!/usr/bin/env node
/**
 * The shell command's entry: sets what must be set before Node's thread pool starts, refuses a Node that is too old, then
 * runs the command line. Nothing is imported up here, so that nothing can start that pool, or fail, too early.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const { nodeRefusal } = await import('./node-version.ts');
const refusal = nodeRefusal(process.versions.node);
if (refusal === null) {
  const { keepCompiled } = await import('./compile-cache.ts');
  keepCompiled(process.env);
  const { main } = await import('./main.ts');
  await main();
} else {
  process.stderr.write(`${refusal}\n`);
  process.exitCode = 1;
}

export {};

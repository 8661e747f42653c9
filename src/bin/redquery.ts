#!/usr/bin/env node
/**
 * The shell command's entry: sets what must be set before Node's thread pool starts, then runs the command line. Nothing
 * is imported up here, so that nothing can start that pool too early.
 */
process.env['UV_THREADPOOL_SIZE'] ??= '16';

const { main } = await import('./main.ts');
await main();

export {};

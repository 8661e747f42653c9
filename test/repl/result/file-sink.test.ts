import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openFileSink } from '../../../src/repl/result/file-sink.ts';

it('refuses a named pipe at once, which would wait for a reader beyond the end of the process', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'redquery-'));
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  try {
    await expect(openFileSink(pipe, { isAppended: false, say: () => undefined })).rejects.toMatchObject({
      code: 'RQ_FILE',
      message: `the file ${pipe} is a named pipe`,
      hint: `let a program write to it: .output |cat > '${pipe}'`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

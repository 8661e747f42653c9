/** Writes how many tests passed and failed to `.cache/test-counts`, where `.ci/run` reads its last line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

const FILE = path.resolve(import.meta.dirname, '../../.cache/test-counts');

export default class CountsReporter implements Reporter {
  /** A file that does not load, and an error outside every test, count as one failed test each. */
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    let passedCount = 0;
    let failedCount = errors.length;
    for (const module of modules) {
      const states = [...module.children.allTests()].map((test: TestCase) => test.result().state);
      const failedHere = states.filter((state) => state === 'failed' || state === 'pending').length;
      passedCount += states.filter((state) => state === 'passed').length;
      failedCount += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
    }
    mkdirSync(path.dirname(FILE), { recursive: true });
    writeFileSync(FILE, `${passedCount} passed, ${failedCount} failed\n`);
  }
}

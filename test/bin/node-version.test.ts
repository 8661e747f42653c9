import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { nodeRefusal } from '../../src/bin/node-version.ts';

describe('nodeRefusal', () => {
  it.each(['18.20.4', '20.20.2', '22.11.0', '21.99.0', '0.12.18'])('refuses %s in one sentence', (version) => {
    expect(nodeRefusal(version)).toBe(`redquery needs Node 22.12 or newer; this is Node ${version}.`);
  });

  it.each(['22.12.0', '22.20.0', '24.0.0', '24.21.0', '25.0.0-nightly20251101'])('takes %s', (version) => {
    expect(nodeRefusal(version)).toBeNull();
  });

  it('needs what package.json says', () => {
    const least = packageJson.engines.node.replace('>=', '');
    expect(nodeRefusal(`${least}.0`)).toBeNull();
    expect(nodeRefusal('1.0.0')).toContain(`Node ${least} or newer`);
  });
});

/** The README's example is run as it stands. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const here = fileURLToPath(new URL('.', import.meta.url));

test('the example of the README trains', { timeout: 120_000 }, async () => {
  const readme = readFileSync(join(here, '..', '..', 'README.md'), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1];
  if (example === undefined) throw new Error('the README has no example');
  // Inside this package, where the names of the workspace's packages resolve.
  const dir = mkdtempSync(join(here, 'readme-'));
  try {
    writeFileSync(join(dir, 'example.mjs'), example);
    const { stdout } = await promisify(execFile)(process.execPath, [join(dir, 'example.mjs')]);
    const accuracies = stdout.trim().split('\n').map(Number);
    expect(accuracies).toHaveLength(2);
    expect(accuracies.every((accuracy) => accuracy >= 0 && accuracy <= 1)).toBe(true);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

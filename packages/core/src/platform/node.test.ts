import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, it } from 'vitest';

it.runIf(existsSync('/dev/full'))('abort ends the process though its reason cannot be written', () => {
  const platform = JSON.stringify(new URL('./node.js', import.meta.url).href);
  const script = `import { platform } from ${platform};\nplatform.abort('a reason');`;
  const full = openSync('/dev/full', 'w');
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', full],
  });
  closeSync(full);
  expect(signal).toBe('SIGKILL');
});

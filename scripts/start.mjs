// npm start: brings what is missing, builds, and runs the comparison that shows what Kestirme does.
// Further arguments go to the program: npm start -- --epochs 2
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, runScript } from './process.mjs';

await runScript(async () => {
  await build();
  const cli = join(root, 'packages', 'cli', 'bin', 'kestirme.mjs');
  // The terminal itself, not a pipe: the program draws a progress bar and handles Ctrl-C, which reaches it directly.
  const child = spawn(process.execPath, [cli, 'start', ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
});

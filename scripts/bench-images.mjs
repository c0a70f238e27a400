// npm run bench:images -- --source DIR: images per second of our loader and of PyTorch's DataLoader on one folder, in turn.
import { join } from 'node:path';
import { build } from './build.mjs';
import { mustRun, root, runScript } from './process.mjs';

await runScript(async () => {
  await build();
  const program = join(root, 'packages', 'bench', 'dist', 'loading', 'main.js');
  await mustRun(process.execPath, [program, ...process.argv.slice(2)]);
});

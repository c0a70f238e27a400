// npm run bench: builds, then runs packages/bench with the arguments given.
import { join } from 'node:path';
import { build } from './build.mjs';
import { mustRun, root, runScript } from './process.mjs';

await runScript(async () => {
  await build();
  await mustRun(process.execPath, [join(root, 'packages', 'bench', 'dist', 'main.js'), ...process.argv.slice(2)]);
});

// npm run bench: builds, then measures with the arguments given; in this process, so that Ctrl-C reaches what cleans up.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root, runScript } from './process.mjs';

await runScript(async () => {
  await build();
  const { main } = await import(pathToFileURL(join(root, 'packages', 'bench', 'dist', 'main.js')).href);
  return main(process.argv.slice(2));
});

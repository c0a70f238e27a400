// npm start: brings what is missing, builds, and runs the comparison that shows what Kestirme does.
// Further arguments go to the program: npm start -- --epochs 2
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { root, runScript } from './process.mjs';

// What is told here is as dispensable as the program's progress.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

await runScript(async () => {
  await build();
  // In this process: the program has the terminal to itself, and signals reach it once.
  const program = join(root, 'packages', 'cli', 'bin', 'kestirme.mjs');
  process.argv.splice(1, 1, program, 'start');
  await import(pathToFileURL(program).href);
});

// npm run build: the packages, then every TypeScript project into its dist folder.
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { isMain, mustRun, root, runScript } from './process.mjs';

/** Path of a script that a package of the root's node_modules brings, to be run by node on every platform. */
export function packageBin(...parts) {
  return join(root, 'node_modules', ...parts);
}

/** Type-checks and compiles all projects; what is up to date is left alone. */
export async function compile() {
  await mustRun(process.execPath, [packageBin('typescript', 'bin', 'tsc'), '-b']);
}

export async function build() {
  await bootstrap();
  await compile();
}

if (isMain(import.meta.url)) await runScript(build);

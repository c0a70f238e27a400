// npm run build: the packages, then every TypeScript project into its dist folder.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { buildPages } from './build-pages.mjs';
import { isMain, mustRun, root, runScript } from './process.mjs';

/** Path of a script that a package of the root's node_modules brings, to be run by node on every platform. */
export function packageBin(...parts) {
  return join(root, 'node_modules', ...parts);
}

const projects = [
  'packages/native',
  'packages/core',
  'packages/datasets',
  'packages/dashboard',
  'packages/cli',
  'packages/bench',
  'examples/electron',
  'test',
];

/** Removes compiled files whose source is gone, so that no test of yesterday is run. */
function prune() {
  for (const project of projects) {
    const dist = join(root, project, 'dist');
    if (!existsSync(dist)) continue;
    for (const file of readdirSync(dist, { recursive: true })) {
      const stem = /^(.+?)\.(?:js|d\.ts)(?:\.map)?$/.exec(file)?.[1];
      // Made by the bundler of pages, which empties its folder by itself.
      if (file.startsWith('pages')) continue;
      const hasSource = (ending) => existsSync(join(root, project, 'src', `${stem}${ending}`));
      if (stem !== undefined && !hasSource('.ts') && !hasSource('.tsx')) rmSync(join(dist, file));
    }
  }
}

/** Type-checks and compiles all projects, and bundles the pages; what is up to date is left alone. */
export async function compile() {
  prune();
  // The compiler's record lies outside dist and would make it believe that a deleted dist is up to date.
  const missing = projects.some((project) => !existsSync(join(root, project, 'dist')));
  await mustRun(process.execPath, [packageBin('typescript', 'bin', 'tsc'), '-b', ...(missing ? ['--force'] : [])]);
  await buildPages();
}

export async function build() {
  await bootstrap();
  await compile();
}

if (isMain(import.meta.url)) await runScript(build);

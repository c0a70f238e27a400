// Bundles the pages of packages/dashboard/pages, a folder with an index.html each, into packages/dashboard/dist/pages.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root, runScript } from './process.mjs';
import { filesBelow } from './source-text.mjs';

const dashboard = 'packages/dashboard';
/** Folders of everything that may be in a page. */
const sources = [`${dashboard}/pages`, `${dashboard}/dist`, 'packages/core/dist', 'packages/datasets/dist'];
const output = (name) => join(root, dashboard, 'dist', 'pages', name);

/** When the newest of the sources was written. */
function newest() {
  const files = sources.flatMap((folder) => filesBelow(root, folder));
  const own = files.filter((file) => !file.startsWith(`${dashboard}/dist/pages/`));
  return Math.max(...own.map((file) => statSync(join(root, file)).mtimeMs));
}

export async function buildPages() {
  const folder = join(root, dashboard, 'pages');
  if (!existsSync(folder)) return;
  const since = newest();
  const pages = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.html')));
  for (const name of pages) {
    const made = join(output(name), 'index.html');
    if (existsSync(made) && statSync(made).mtimeMs > since) continue;
    const { build } = await import('vite');
    await build({
      root: join(folder, name),
      configFile: false,
      // It is served from any address.
      base: './',
      logLevel: 'warn',
      build: {
        outDir: output(name),
        emptyOutDir: true,
        // A strict policy lets nothing come from data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 2000,
      },
    });
  }
}

if (isMain(import.meta.url)) await runScript(buildPages);

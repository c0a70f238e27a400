/** The page and its workers as each bundler makes them of the packages, with as little configuration as it takes. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));
const usualScript = fileURLToPath(new URL('./page.js', import.meta.url));

const workers = { 'copies/engine-worker': 'kestirme/worker', 'copies/data-worker': '@kestirme/datasets/worker' };

/** Of the page in the folder that a bundler fills. */
export const pageFile = 'page/index.html';

export type Bundler = keyof typeof bundlers;

/** Each fills `folder` with a page of `script`, a file of the tests' project; the usual one without it. */
export const bundlers = {
  async vite(folder: string, script?: string) {
    const { build } = await import('vite');
    // With a script of its own, the page is written beside it: a page is what Vite starts from.
    const input = script === undefined ? join(project, pageFile) : script;
    await build({
      root: project,
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: folder,
        emptyOutDir: true,
        rolldownOptions: { input, ...(script === undefined ? {} : { output: { entryFileNames: 'page/main.js' } }) },
      },
    });
    if (script !== undefined) await writePage(folder, '<script type="module" src="main.js"></script>');
  },

  async webpack(folder: string, script = usualScript) {
    const { default: webpack } = await import('webpack');
    const output = { path: join(folder, 'page'), filename: 'main.js' };
    // What is left out takes seconds, and works on files that are complete by then.
    const optimization = { minimize: false };
    const stats = await new Promise<import('webpack').Stats | undefined>((resolve, reject) => {
      webpack({ mode: 'production', entry: script, output, optimization, performance: false }, (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
    if (stats?.hasErrors() || stats?.hasWarnings()) throw new Error(stats.toString('errors-warnings'));
    await writePage(folder, '<script defer src="main.js"></script>');
  },

  /** Leaves the files behind that are looked for beside the code: `copies` has them, as docs/bundling.md says. */
  async esbuild(folder: string, script = usualScript) {
    const esbuild = await import('esbuild');
    const page = join(folder, 'page');
    await esbuild.build({
      entryPoints: { main: script, ...workers },
      outdir: page,
      bundle: true,
      format: 'esm',
      logLevel: 'warning',
    });
    await esbuild.stop();
    const packageOf = (name: string) => fileURLToPath(new URL('..', import.meta.resolve(name)));
    await cp(join(packageOf('kestirme'), 'wasm'), join(page, 'copies', 'wasm'), { recursive: true });
    await cp(join(packageOf('@kestirme/datasets'), 'data'), join(page, 'copies', 'data'), { recursive: true });
    await writePage(folder, '<script type="module" src="main.js"></script>');
  },

  async rollup(folder: string, script = usualScript) {
    const [{ rollup }, { nodeResolve }] = await Promise.all([import('rollup'), import('@rollup/plugin-node-resolve')]);
    const bundle = await rollup({ input: script, plugins: [nodeResolve({ browser: true })] });
    await bundle.write({ dir: join(folder, 'page'), entryFileNames: 'main.js' });
    await bundle.close();
    await writePage(folder, '<script type="module" src="main.js"></script>');
  },
};

async function writePage(folder: string, tag: string): Promise<void> {
  await mkdir(join(folder, 'page'), { recursive: true });
  const head = `<meta charset="utf-8" /><link rel="icon" href="data:," />${tag}`;
  await writeFile(join(folder, pageFile), `<!doctype html><html lang="en"><head>${head}</head><body></body></html>`);
}

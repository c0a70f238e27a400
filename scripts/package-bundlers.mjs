// Part of npm run test:package: programs for Node that bundlers made of the packed packages. With the packages inside they
// have to say what helps; with that, they run.
import { cpSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root, run, ScriptError } from './process.mjs';

/** Calls all of `calls`, and prints what became of each. */
const reporting = `
async function main() {
  const outcomes = {};
  for (const [name, call] of Object.entries(calls)) outcomes[name] = await call().then(() => 'ok', (error) => error.message);
  console.log(JSON.stringify(outcomes));
}
main();
`;

const grey = `
const info = { name: 'grey', channels: 1, height: 32, width: 32, classes: 2, classNames: ['0', '1'], mean: [0.5], std: [0.5] };
const split = () => ({ images: new Uint8Array(4 * 1024).fill(9), labels: new Int32Array([0, 1, 0, 1]), size: 4 });
const grey = { info: { ...info, trainSize: 4, testSize: 4 }, train: split(), test: split(), augment: null };
`;

/** Whatever looks for a file of the packages while it runs. Told a folder of such files, it says that they lie there. */
const program = `
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, createInlineEngine } from 'kestirme';
import { createLoader, decodeImage, openDataset } from '@kestirme/datasets';
${grey}
const [, , samples, folder, ending] = process.argv;
const at = (name) => folder && join(folder, name);
const wasmUrl = at('wasm');
const ofDatasets = { workerUrl: at('data-worker' + ending), wasmUrl: at('images') };

async function batches(dataset) {
  const data = createLoader(dataset, { batchSize: 2, seed: 0, workers: 1, ...ofDatasets });
  for await (const { size } of data.trainBatches(0)) if (size !== 2) throw new Error('a batch of ' + size);
  await data.close();
}

async function images() {
  const options = { side: 16, cacheGigabytes: 0 };
  await batches(await openDataset('image-folder:' + join(samples, 'images'), { options, ...ofDatasets }));
}

async function frames() {
  const cacheDir = join(samples, String(Math.random()));
  await openDataset('nmnist:' + join(samples, 'nmnist'), { cacheDir, ...ofDatasets });
}

const calls = {
  engine: async () => (await createEngine({ threads: 2, workerUrl: at('engine-worker' + ending), wasmUrl })).close(),
  inline: async () => (await createInlineEngine({ wasmUrl })).close(),
  batches: () => batches(grey),
  images,
  decoding: async () => decodeImage(readFileSync(join(samples, 'images/train/a/420.jpg')), '420.jpg'),
  digits: () => openDataset('builtin', { limit: { train: 10, test: 10 }, dataUrl: at('data') }),
  frames,
};
${reporting}`;

const pageProgram = `
import { createEngine, createInlineEngine } from 'kestirme';
import { createLoader, openDataset } from '@kestirme/datasets';
${grey}
const calls = {
  engine: createEngine,
  inline: createInlineEngine,
  batches: async () => createLoader(grey, { batchSize: 4, seed: 0 }),
  digits: () => openDataset('builtin'),
};
${reporting}`;

/** Images, and recordings in such numbers that threads make their frames. */
function writeSamples(folder) {
  const golden = (file) => readFileSync(join(root, 'test', 'golden', file));
  const write = (path, bytes) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  };
  for (const part of ['train', 'test']) {
    for (const name of ['a', 'b']) {
      for (const file of ['420.jpg', 'lossy.webp']) write(`images/${part}/${name}/${file}`, golden(`images/${file}`));
    }
    const many = part === 'train' ? 7 : 1;
    for (let i = 0; i < 10 * many; i++) write(`nmnist/${part}/${i % 10}/${i}.bin`, golden('events/nmnist.bin'));
  }
}

/** The files that a bundle leaves behind, as docs/bundling.md has them copied. */
function copyFiles(dir, folder) {
  const modules = join(dir, 'node_modules');
  const datasets = join(modules, '@kestirme', 'datasets');
  cpSync(join(modules, 'kestirme', 'wasm'), join(folder, 'wasm'), { recursive: true });
  cpSync(join(datasets, 'data'), join(folder, 'data'), { recursive: true });
  cpSync(join(datasets, 'wasm', 'images.wasm'), join(folder, 'images', 'images.wasm'));
  for (const name of ['jpeg-turbo', 'webp']) {
    cpSync(join(modules, '@cwasm', name, `${name}.wasm`), join(folder, 'images', `${name}.wasm`));
  }
}

const commandProgram = `import { runProgram } from '@kestirme/cli';\nconsole.log(typeof runProgram);\n`;

// The bundlers are imported late: before the packages of the repository are installed they are not there.

/** `options`: of esbuild; for Node, unless they say otherwise. */
async function esbuild(entry, outfile, options) {
  const { build } = await import('esbuild');
  // It warns of "import.meta" in CommonJS, rightly.
  const bundled = { entryPoints: [entry], outfile, bundle: true, platform: 'node', logLevel: 'error', ...options };
  await build(bundled);
}

async function rollup(entry, file, external = []) {
  const [{ rollup: bundle }, { nodeResolve }] = await Promise.all([
    import('rollup'),
    import('@rollup/plugin-node-resolve'),
  ]);
  // These are CommonJS, for which rollup has another plugin.
  const made = await bundle({
    input: entry,
    external: [/^node:/, 'tar-stream', 'yauzl', ...external],
    plugins: [nodeResolve({ exportConditions: ['node'] })],
  });
  await made.write({ file, format: 'es', inlineDynamicImports: true });
  await made.close();
}

async function webpack(entry, folder, filename, externals = {}) {
  const { default: bundle } = await import('webpack');
  const optimization = { minimize: false };
  const output = { path: folder, filename };
  const stats = await new Promise((resolve, reject) => {
    bundle({ mode: 'production', target: 'node20', entry, output, optimization, externals }, (error, result) =>
      error ? reject(error) : resolve(result),
    );
  });
  if (stats.hasErrors() || stats.hasWarnings()) throw new ScriptError(stats.toString('errors-warnings'));
  // Sources that it takes for data break a build when they are minimised.
  const strange = Object.keys(stats.compilation.assets).filter((name) => !/\.(?:cjs|wasm)$/.test(name));
  if (strange.length > 0) throw new ScriptError(`webpack made ${strange.join(', ')}`);
}

const byEsbuild = (format, ending) => ({
  ending,
  make: (entry, folder, name, leftOut) =>
    esbuild(entry, join(folder, name + ending), { format, external: leftOut ? ['kestirme', '@kestirme/*'] : [] }),
});

/**
 * By name: `make` makes a bundle of `entry` in `folder`, called `name`; `leftOut`: as the README says. `runs`: what does
 * with the packages inside and nothing told.
 */
const bundles = {
  'esbuild, ES module': byEsbuild('esm', '.mjs'),
  'esbuild, CommonJS': byEsbuild('cjs', '.cjs'),
  rollup: {
    ending: '.mjs',
    make: (entry, folder, name, leftOut) => rollup(entry, join(folder, `${name}.mjs`), leftOut ? [/^@?kestirme/] : []),
  },
  webpack: {
    ending: '.cjs',
    // It takes WebAssembly along.
    runs: ['inline'],
    make(entry, folder, name, leftOut) {
      const externals = { kestirme: 'import kestirme', '@kestirme/datasets': 'import @kestirme/datasets' };
      return webpack(entry, folder, `${name}.cjs`, leftOut ? externals : {});
    },
  },
};

const help = /keep kestirme and the @kestirme packages out of it/;

/** `args`: of the program. */
async function outcomesOf(dir, file, args) {
  // Node 20 and 22 call require() of an ES module experimental.
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  const { text } = await mustRun(process.execPath, [file, ...args], { cwd: dir, quiet: true, timeout: 60_000, env });
  return JSON.parse(text);
}

function demandAll(outcomes, pattern) {
  const wrong = Object.entries(outcomes).filter(([, outcome]) => !pattern.test(outcome));
  if (wrong.length > 0) throw new ScriptError(wrong.map(([name, outcome]) => `${name}: ${outcome}`).join('\n'));
}

/** Calls `work` while the packages are not where they were when the bundle was made: it went to another machine. */
async function withoutPackages(dir, work) {
  const folders = ['kestirme', '@kestirme', '@cwasm'].map((name) => join(dir, 'node_modules', name));
  for (const folder of folders) renameSync(folder, `${folder}.away`);
  try {
    return await work();
  } finally {
    for (const folder of folders) renameSync(`${folder}.away`, folder);
  }
}

/** The program of docs/bundling.md, made as it says there. */
async function tryExample(dir) {
  const [build, main] = [...readFileSync(join(root, 'docs', 'bundling.md'), 'utf8').matchAll(/```js\n(.*?)```/gs)];
  const example = join(dir, 'example');
  mkdirSync(example);
  writeFileSync(join(example, 'build.mjs'), build[1]);
  writeFileSync(join(example, 'main.mjs'), main[1]);
  symlinkSync(join(root, 'node_modules', 'esbuild'), join(dir, 'node_modules', 'esbuild'), 'junction');
  await mustRun(process.execPath, ['build.mjs'], { cwd: example, quiet: true, timeout: 60_000 });
  const { text } = await withoutPackages(dir, () =>
    mustRun(process.execPath, [join('dist', 'main.cjs')], { cwd: example, quiet: true, timeout: 60_000 }),
  );
  if (text.trim() !== 'builtin 2') throw new ScriptError(`It printed: ${text}`);
}

/** `dir`: a project with the packages. */
export async function tryBundlers(checks, dir) {
  const entry = join(dir, 'bundled.mjs');
  writeFileSync(entry, program);
  const folderOf = (name) => {
    const folder = join(dir, 'bundles', name.replace(/\W+/g, '-'));
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const samples = join(dir, 'samples');
  writeSamples(samples);
  for (const [name, { make, ending, runs = [] }] of Object.entries(bundles)) {
    const within = folderOf(`${name} within`);
    await checks.run(`bundled by ${name}: says what helps`, async () => {
      await make(entry, within, 'main', false);
      await withoutPackages(dir, async () => {
        const outcomes = await outcomesOf(dir, join(within, `main${ending}`), [samples]);
        demandAll(Object.fromEntries(runs.map((call) => [call, outcomes[call]])), /^ok$/);
        for (const call of runs) delete outcomes[call];
        demandAll(outcomes, help);
        demandAll(outcomes, /say by .*(?:workerUrl|wasmUrl|dataUrl).* where a copy lies/);
      });
    });
    await checks.run(`bundled by ${name}, with its workers and files: runs without the packages`, async () => {
      copyFiles(dir, within);
      for (const [worker, of] of Object.entries({ 'engine-worker': 'kestirme', 'data-worker': '@kestirme/datasets' })) {
        const script = join(dir, `${worker}.mjs`);
        writeFileSync(script, `import '${of}/worker';\n`);
        await make(script, within, worker, false);
      }
      await withoutPackages(dir, async () => {
        demandAll(await outcomesOf(dir, join(within, `main${ending}`), [samples, within, ending]), /^ok$/);
      });
    });
    await checks.run(`bundled by ${name}, packages left out`, async () => {
      const folder = folderOf(name);
      await make(entry, folder, 'main', true);
      demandAll(await outcomesOf(dir, join(folder, `main${ending}`), [samples]), /^ok$/);
    });
  }
  await checks.run("docs/bundling.md's example: runs without the packages", () => tryExample(dir));
  await checks.run('bundled for a page, run by Node: says what helps', async () => {
    const file = join(folderOf('page'), 'main.mjs');
    writeFileSync(entry, pageProgram);
    await esbuild(entry, file, { platform: 'browser', format: 'esm' });
    demandAll(await outcomesOf(dir, file, []), /bundled for pages, and Node runs it; .*keep kestirme/);
  });
  await checks.run('the program, bundled: says what helps', async () => {
    writeFileSync(entry, commandProgram);
    const file = join(folderOf('command'), 'main.cjs');
    await esbuild(entry, file, { format: 'cjs' });
    const { text } = await run(process.execPath, [file], { cwd: dir, quiet: true, timeout: 60_000 });
    if (!help.test(text)) throw new ScriptError(text);
  });
}

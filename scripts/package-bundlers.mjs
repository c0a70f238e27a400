// Part of npm run test:package: programs for Node that bundlers made of the packed packages. With the packages inside
// they cannot run, and have to say what helps; with that, they do.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, run, ScriptError } from './process.mjs';

/** Whatever looks for a file of the packages while it runs. */
const program = `
import { createEngine, createInlineEngine } from 'kestirme';
import { createLoader, openDataset } from '@kestirme/datasets';

const info = { name: 'grey', channels: 1, height: 32, width: 32, classes: 2, classNames: ['0', '1'], mean: [0.5], std: [0.5] };
const split = () => ({ images: new Uint8Array(4 * 1024).fill(9), labels: new Int32Array([0, 1, 0, 1]), size: 4 });
const grey = { info: { ...info, trainSize: 4, testSize: 4 }, train: split(), test: split(), augment: null };

async function batch() {
  const data = createLoader(grey, { batchSize: 4, seed: 0, workers: 1 });
  for await (const { size } of data.trainBatches(0)) if (size !== 4) throw new Error('a batch of ' + size);
  await data.close();
}

const calls = {
  engine: async () => (await createEngine({ threads: 2 })).close(),
  inline: async () => (await createInlineEngine({ threads: 2 })).close(),
  batch,
  digits: () => openDataset('builtin', { limit: { train: 10, test: 10 } }),
};

async function main() {
  const outcomes = {};
  for (const [name, call] of Object.entries(calls)) outcomes[name] = await call().then(() => 'ok', (error) => error.message);
  console.log(JSON.stringify(outcomes));
}
main();
`;

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

/** By name: makes a bundle of `entry` in `folder` and gives its file. `leftOut`: as the README says. */
const bundles = {
  async 'esbuild, ES module'(entry, folder, leftOut) {
    const file = join(folder, 'main.mjs');
    await esbuild(entry, file, { format: 'esm', external: leftOut ? ['kestirme', '@kestirme/*'] : [] });
    return file;
  },
  async 'esbuild, CommonJS'(entry, folder, leftOut) {
    const file = join(folder, 'main.cjs');
    await esbuild(entry, file, { format: 'cjs', external: leftOut ? ['kestirme', '@kestirme/*'] : [] });
    return file;
  },
  async rollup(entry, folder, leftOut) {
    const file = join(folder, 'main.mjs');
    await rollup(entry, file, leftOut ? [/^@?kestirme/] : []);
    return file;
  },
  async webpack(entry, folder, leftOut) {
    const externals = { kestirme: 'import kestirme', '@kestirme/datasets': 'import @kestirme/datasets' };
    await webpack(entry, folder, 'main.cjs', leftOut ? externals : {});
    return join(folder, 'main.cjs');
  },
};

const help = /keep kestirme and the @kestirme packages out of it/;

async function outcomesOf(dir, file) {
  // Node 20 and 22 call require() of an ES module experimental.
  const env = { ...process.env, NODE_NO_WARNINGS: '1' };
  const { text } = await mustRun(process.execPath, [file], { cwd: dir, quiet: true, timeout: 60_000, env });
  return JSON.parse(text);
}

function demandAll(outcomes, pattern) {
  const wrong = Object.entries(outcomes).filter(([, outcome]) => !pattern.test(outcome));
  if (wrong.length > 0) throw new ScriptError(wrong.map(([name, outcome]) => `${name}: ${outcome}`).join('\n'));
}

/** Calls `work` while the packages are not where they were when the bundle was made: it went to another machine. */
async function withoutPackages(dir, work) {
  const folders = ['kestirme', '@kestirme'].map((name) => join(dir, 'node_modules', name));
  for (const folder of folders) renameSync(folder, `${folder}.away`);
  try {
    return await work();
  } finally {
    for (const folder of folders) renameSync(`${folder}.away`, folder);
  }
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
  for (const [name, bundle] of Object.entries(bundles)) {
    await checks.run(`bundled by ${name}: says what helps`, async () => {
      const file = await bundle(entry, folderOf(`${name} within`), false);
      demandAll(await withoutPackages(dir, () => outcomesOf(dir, file)), help);
    });
    await checks.run(`bundled by ${name}, packages left out`, async () => {
      const file = await bundle(entry, folderOf(name), true);
      demandAll(await outcomesOf(dir, file), /^ok$/);
    });
  }
  await checks.run('bundled for a page, run by Node: says what helps', async () => {
    const file = join(folderOf('page'), 'main.mjs');
    await esbuild(entry, file, { platform: 'browser', format: 'esm' });
    demandAll(await outcomesOf(dir, file), /bundled for pages, and Node runs it; .*keep kestirme/);
  });
  await checks.run('the program, bundled: says what helps', async () => {
    writeFileSync(entry, commandProgram);
    const file = join(folderOf('command'), 'main.cjs');
    await esbuild(entry, file, { format: 'cjs' });
    const { text } = await run(process.execPath, [file], { cwd: dir, quiet: true, timeout: 60_000 });
    if (!help.test(text)) throw new ScriptError(text);
  });
}

// npm run compare:threads [-- --pairs N] [-- --facts-only]: our own pool of threads and wasm-bindgen-rayon's in pages of
// Chromium, as docs/threads.md tells. Builds the kernels a second time, into target/wasm, and takes some minutes.
// Fails where the bits are not the same, and where our own pool loses what the document says it has.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { buildOne, builds, wasmPackArgs } from './build-wasm.mjs';
import { bringChromium } from './chromium.mjs';
import { isMain, root, runScript, ScriptError } from './process.mjs';
import { factsTable, problemsOf } from './threads-tables.mjs';
import { findWasmRust, findWasmTools } from './toolchain.mjs';

const threads = [1, 2, 4];

/** The kernels on wasm-bindgen-rayon's pool. Its workers import the package's folder, which takes a package.json. */
async function buildRayon() {
  const rust = await findWasmRust();
  const tools = await findWasmTools(rust);
  const withManifest = wasmPackArgs.filter((arg) => arg !== '--no-pack');
  return buildOne('bindgen-rayon', { ...builds.threads, features: ['bindgen-rayon'] }, rust, tools, withManifest);
}

/** webpack does not find a folder that a strict module imports: names the file. @returns what undoes that */
function nameImportedFile(folder) {
  const [helper] = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('workerHelpers.js'));
  const file = join(folder, helper);
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, before.replace("import('../../..')", "import('../../../kestirme_wasm.js')"));
  return () => writeFileSync(file, before);
}

async function compare({ pairs, factsOnly }) {
  const executable = await bringChromium();
  if (executable === undefined) throw new ScriptError('Without Chromium there is nothing to compare.');
  const folder = await buildRayon();
  const { contenders, factsOf } = await import('../test/threads/facts.mjs');
  const { bundlesOf, sizeOf } = await import('../test/threads/bundles.mjs');
  const tables = {};
  for (const name of Object.keys(contenders)) {
    tables[name] = [...(await factsOf(name, executable)), ...(await bundlesOf(name, executable))];
  }
  const undo = nameImportedFile(folder);
  try {
    const patched = await bundlesOf('rayon', executable);
    const [, said] = patched.find(([what]) => what.includes('webpack'));
    tables.rayon.push(['as webpack bundles it once its import is patched', said]);
  } finally {
    undo();
  }
  tables.ours.push(['bytes of WebAssembly and glue', sizeOf(join(root, 'packages', 'core', 'wasm', 'threads'))]);
  tables.rayon.push(['bytes of WebAssembly and glue', sizeOf(folder)]);
  console.log(`\n${factsTable(tables)}`);
  const problems = problemsOf(tables);
  if (!factsOnly) {
    const { timingsOf } = await import('../test/threads/timings.mjs');
    const timings = await timingsOf(executable, { pairs, steps: 5, threads });
    console.log("\nTimes of wasm-bindgen-rayon's pool over those of our own, medians over pairs:");
    for (const [what, said] of timings) console.log(`${what}: ${said}`);
  }
  if (problems.length > 0) throw new ScriptError(problems.join('\n'));
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { values } = parseArgs({ options: { pairs: { type: 'string' }, 'facts-only': { type: 'boolean' } } });
    const pairs = Number(values.pairs ?? 21);
    if (!Number.isInteger(pairs) || pairs < 1) throw new ScriptError('--pairs must be a whole number from 1');
    await build();
    await compare({ pairs, factsOnly: values['facts-only'] === true });
  });
}

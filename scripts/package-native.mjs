// Part of npm run test:package: in the project that installed the packed packages, a network trains on native code under
// every Node, at every level that this processor has, and to WebAssembly's bits; and without the platform's package it
// trains on WebAssembly and says why.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, ScriptError } from './process.mjs';

const program = `
import { createEngine, defaultTrainingOptions, NetworkBuilder } from 'kestirme';

const input = { channels: 1, height: 8, width: 8 };
const network = new NetworkBuilder({ input, timeSteps: 2, classes: 2 })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 }).batchNorm().lif().tap('early')
  .conv2d({ outChannels: 16, kernel: 3, stride: 2 }).batchNorm().lif()
  .build({ heads: ['early'] });
const batch = {
  images: Uint8Array.from({ length: 8 * 64 }, (_, i) => (i * 37) % 256),
  labels: Int32Array.from({ length: 8 }, (_, i) => i % 2),
  indices: Uint32Array.from({ length: 8 }, (_, i) => i),
  size: 8,
};
const engine = await createEngine({ threads: 2 });
await engine.load({ network, training: defaultTrainingOptions({ batchSize: 8 }), mean: [0.5], std: [0.25] });
const place = { epoch: 0, iterationsPerEpoch: 3, headWeights: null, probe: false };
for (const iteration of [0, 1, 2]) await engine.trainStep(batch, { ...place, iteration });
const { backend, simd, backendNote: note } = engine;
console.log(JSON.stringify({ backend, simd, note, weights: await engine.weightsSha256() }));
await engine.close();
`;

const levelsProgram = `
import { loadNative } from '@kestirme/native';
const { addon, simd, file } = loadNative();
console.log(JSON.stringify({ levels: addon.levels(), simd, file }));
`;

/** Runs one of the programs; gives what it printed. */
async function runIn(dir, node, name, env = {}) {
  const options = { cwd: dir, quiet: true, timeout: 120_000, env: { ...process.env, ...env } };
  const { text } = await mustRun(node, [name], options);
  return JSON.parse(text.trim().split('\n').at(-1));
}

const demand = (ok, found) => {
  if (!ok) throw new ScriptError(`It was: ${JSON.stringify(found)}`);
};

/** Calls `work` while the package is not where it was, as after an installation that left optional packages out. */
async function withoutPackage(dir, name, work) {
  const folder = join(dir, 'node_modules', name);
  renameSync(folder, `${folder}.away`);
  try {
    return await work();
  } finally {
    renameSync(`${folder}.away`, folder);
  }
}

/** `dir`: the project; `nodes`: the programs of the Nodes that are there; `platform`: package.json of this one's. */
export async function tryNative(checks, { dir, nodes, platform }) {
  writeFileSync(join(dir, 'backend.mjs'), program);
  writeFileSync(join(dir, 'levels.mjs'), levelsProgram);
  const wasm = await runIn(dir, process.execPath, 'backend.mjs', { KESTIRME_BACKEND: 'wasm' });
  for (const { version, file } of nodes) {
    await checks.run(`native code under Node ${version}, every level, the bits of WebAssembly`, async () => {
      const { levels, simd } = await runIn(dir, file, 'levels.mjs');
      demand(levels.at(-1) === simd, { levels, simd });
      for (const level of levels) {
        const found = await runIn(dir, file, 'backend.mjs', { KESTIRME_SIMD: level, KESTIRME_BACKEND: 'auto' });
        const { backend, note, weights } = found;
        demand(backend === 'native' && found.simd === level && note === null && weights === wasm.weights, found);
      }
    });
  }
  await checks.run(`without ${platform.name}: WebAssembly, and why`, async () => {
    const found = await withoutPackage(dir, platform.name, () =>
      runIn(dir, process.execPath, 'backend.mjs', { KESTIRME_BACKEND: 'auto' }),
    );
    demand(found.backend === 'wasm' && found.weights === wasm.weights, found);
    demand(
      found.note.includes(`${platform.name}, which holds the native code for this platform, is not installed.`),
      found,
    );
    demand(found.note.includes(`npm install ${platform.name}@${platform.version}`), found);
  });
}

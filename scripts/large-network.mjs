// npm run large-network: one training step of a network beyond WebAssembly's 4 GiB, on native kernels: ResNet-19 with
// T 4 and 64 images of 64x64 at a time. Needs 8 GiB of free memory and minutes, which is why no test does it.
import { build } from './build.mjs';
import { runScript, ScriptError } from './process.mjs';

const gibibyte = 1_073_741_824;

await runScript(async () => {
  await build();
  const { buildModel, createEngine, defaultTrainingOptions } = await import('../packages/core/dist/index.js');
  const side = 64;
  const input = { channels: 3, height: side, width: side };
  const network = buildModel('resnet19', { timeSteps: 4, input, classes: 10 });
  const size = 64;
  const request = {
    network,
    training: defaultTrainingOptions({ epochs: 1, batchSize: size }),
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  };
  const wasm = await createEngine({ backend: 'wasm', threads: 1 });
  const refusal = await wasm.load(request).then(
    () => 'nothing',
    (error) => error.message,
  );
  await wasm.close();
  console.log(`WebAssembly says: ${refusal}`);
  if (!refusal.includes('native has room for it')) throw new ScriptError('It does not say that native has room.');
  const engine = await createEngine({ backend: 'native' });
  const { totalBytes } = await engine.load(request);
  console.log(`native, ${engine.simd}, ${engine.threads} threads: ${(totalBytes / gibibyte).toFixed(2)} GiB planned`);
  const batch = {
    images: Uint8Array.from({ length: size * side * side * 3 }, (_, i) => (i * 31 + (i >> 7)) % 256),
    labels: Int32Array.from({ length: size }, (_, i) => i % 10),
    indices: Uint32Array.from({ length: size }, (_, i) => i),
    size,
  };
  const position = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };
  const begin = performance.now();
  const { loss } = await engine.trainStep(batch, position);
  console.log(`a step: loss ${loss}, ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  const gib = process.resourceUsage().maxRSS / 1_048_576;
  console.log(`weights ${(await engine.weightsSha256()).slice(0, 16)}, peak memory ${gib.toFixed(2)} GiB`);
  await engine.close();
});

// node scripts/self-check.mjs: records what the step of packages/core/src/engine/selfCheck.ts gives on WebAssembly, to
// which native kernels are compared when an engine is made. To be run when the kernels' bits change.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { root, runScript } from './process.mjs';

const file = join(root, 'packages', 'core', 'src', 'engine', 'selfCheck.ts');

await runScript(async () => {
  await build();
  const { bitsOfStep } = await import('../packages/core/dist/engine/selfCheck.js');
  const { loadKernels } = await import('../packages/core/dist/kernels/backends/wasm.js');
  const sha256 = await bitsOfStep(await loadKernels('single', 1, []));
  writeFileSync(file, readFileSync(file, 'utf8').replace(/recordedSha256 = '\w+'/, `recordedSha256 = '${sha256}'`));
  console.log(sha256);
  await build();
});

// npm run bench:acceptance: all that docs/performance.md states, with one command: ours on its backends beside the
// peers, beside an older clone where one is named, and each kernel beside its roof. Run again after an interruption,
// it goes on with what is missing in the folder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { timeKernels } from './bench-kernels.mjs';
import { build } from './build.mjs';
import { mustRun, root, runScript } from './process.mjs';

const options = {
  out: { type: 'string', default: 'bench-results' },
  /** See npm run bench -- --help. */
  backend: { type: 'string', default: 'native,native-avx2,wasm' },
  data: { type: 'string' },
  before: { type: 'string' },
  quick: { type: 'boolean', default: false },
};

await runScript(async () => {
  const { values } = parseArgs({ options });
  const { out, backend, before, quick } = values;
  await build();
  const { main } = await import(pathToFileURL(join(root, 'packages', 'bench', 'dist', 'main.js')).href);
  const data = values.data === undefined ? [] : ['--data', values.data];
  const common = [...data, ...(quick ? ['--quick'] : [])];
  const measure = (folder, ...args) => {
    const resume = existsSync(join(folder, 'results.json')) ? ['--resume'] : [];
    return main(['--acceptance', ...args, ...common, '--out', folder, ...resume]);
  };
  const code = await measure(out, '--backend', backend);
  if (code === 2 || code === 130) return code;
  const older = ['--before', before, '--backend', 'wasm', '--only', 'r20-train,r18-train'];
  const then = before === undefined ? 0 : await measure(join(out, 'before'), ...older);
  if (then === 2 || then === 130) return then;
  if (before !== undefined) await convolutionsBeside(before, join(out, 'before'), quick);
  const json = join(out, 'kernels.json');
  const seconds = quick ? '0.01' : '0.1';
  if (!existsSync(json)) await timeKernels(['--models', 'resnet18', '--seconds', seconds, '--json', json]);
  return code || then;
});

/** The convolutions of WebAssembly in turn with those of the clone; a file of times for each. */
async function convolutionsBeside(clone, folder, quick) {
  const common = ['--models', 'resnet18', '--kernel', 'conv2d', '--threads', '1', '--seconds', quick ? '0.01' : '0.1'];
  for (const round of [1, 2, 3]) {
    for (const [name, where] of Object.entries({ before: clone, now: root })) {
      const json = join(folder, `convolutions-${name}-${round}.json`);
      const program = join(where, 'packages', 'bench', 'dist', 'micro', 'main.js');
      if (!existsSync(json)) await mustRun(process.execPath, [program, ...common, '--json', json]);
    }
  }
}

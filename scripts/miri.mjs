// npm run test:miri: the tests of the kernels' door (places in memory, objects, numbers) under Miri, which sees undefined
// behaviour of any kind, some hundred times more slowly. Needs: rustup toolchain install nightly --component miri,rust-src
import { join } from 'node:path';
import { mustRun, output, root, runScript, ScriptError } from './process.mjs';
import { findRustup } from './toolchain.mjs';

await runScript(async () => {
  const rustup = findRustup();
  const asIs = { env: { ...process.env, RUSTUP_AUTO_INSTALL: '0' } };
  if (rustup === undefined || output(rustup, ['run', 'nightly', 'cargo', 'miri', '--version'], asIs) === undefined) {
    throw new ScriptError('Needs Miri: rustup toolchain install nightly --component miri,rust-src');
  }
  const args = [
    'test',
    '--locked',
    '--package',
    'kestirme-edge',
    '--test',
    'exports',
    '--target-dir',
    join('target', 'miri'),
  ];
  await mustRun(rustup, ['run', 'nightly', 'cargo', 'miri', ...args], { cwd: root });
});

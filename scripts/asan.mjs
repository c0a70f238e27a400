// npm run test:asan: the tests of the kernels' door, hostile calls above all, under AddressSanitizer and compiled as for
// release, where a size that wraps is no panic. --calls and --seed: of the hostile ones; --cpu x86-64-v3, say, for
// the kernels of another level of instructions. Needs a nightly Rust on Linux:
// rustup toolchain install nightly --profile minimal
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mustRun, output, root, runScript, ScriptError } from './process.mjs';
import { findRustup } from './toolchain.mjs';

const target = { x64: 'x86_64-unknown-linux-gnu', arm64: 'aarch64-unknown-linux-gnu' }[process.arch];

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      calls: { type: 'string', default: '20000' },
      cpu: { type: 'string', default: process.arch === 'x64' ? 'x86-64' : 'generic' },
      seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
    },
  });
  if (process.platform !== 'linux' || target === undefined) throw new ScriptError('AddressSanitizer is used on Linux.');
  const rustup = findRustup();
  const asIs = { env: { ...process.env, RUSTUP_AUTO_INSTALL: '0' } };
  if (rustup === undefined || output(rustup, ['which', '--toolchain', 'nightly', 'cargo'], asIs) === undefined) {
    throw new ScriptError('Needs a nightly Rust: rustup toolchain install nightly --profile minimal');
  }
  console.log(`hostile calls: ${values.calls} from seed ${values.seed}, on ${values.cpu}`);
  const env = {
    ...process.env,
    RUSTFLAGS: `-Zsanitizer=address -Ctarget-cpu=${values.cpu}`,
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
    KESTIRME_HOSTILE_CALLS: values.calls,
    KESTIRME_HOSTILE_SEED: values.seed,
  };
  const folder = join('target', 'asan', values.cpu);
  const args = [
    'test',
    '--release',
    '--locked',
    '--package',
    'kestirme-edge',
    '--target',
    target,
    '--target-dir',
    folder,
  ];
  await mustRun(rustup, ['run', 'nightly', 'cargo', ...args], { cwd: root, env });
});

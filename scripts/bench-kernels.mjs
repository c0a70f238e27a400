// npm run bench:kernels: times every kernel over the shapes of the networks, as WebAssembly and as native code.
// --no-native leaves Rust out; other arguments go to packages/bench/src/micro/main.ts.
import { join } from 'node:path';
import { build } from './build.mjs';
import { isMain, mustRun, root, runScript, windows } from './process.mjs';
import { bringNativeCargo, findNativeCargo } from './toolchain.mjs';

const targetFolder = join(root, 'target', 'bench');

/** Builds crates/bench for this processor; gives the program. */
async function buildNative() {
  await bringNativeCargo();
  const { cargo, env } = findNativeCargo();
  const manifest = join(root, 'crates', 'bench', 'Cargo.toml');
  const args = ['build', '--release', '--locked', '--manifest-path', manifest, '--target-dir', targetFolder];
  await mustRun(cargo, args, { env: { ...process.env, ...env, RUSTFLAGS: '-Ctarget-cpu=native' } });
  return join(targetFolder, 'release', `kestirme-kernel-bench${windows ? '.exe' : ''}`);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    const given = process.argv.slice(2);
    const native = given.includes('--no-native') ? [] : ['--native', await buildNative()];
    const program = join(root, 'packages', 'bench', 'dist', 'micro', 'main.js');
    await mustRun(process.execPath, [program, ...given.filter((one) => one !== '--no-native'), ...native]);
  });
}

// npm run bench:kernels: times every kernel over the shapes of the networks, as WebAssembly and as native code of each
// level of vector instructions that this processor has.
// --no-native leaves Rust out; other arguments go to packages/bench/src/micro/main.ts.
import { join } from 'node:path';
import { build } from './build.mjs';
import { isMain, mustRun, output, root, runScript, windows } from './process.mjs';
import { bringNativeCargo, findNativeCargo } from './toolchain.mjs';

/** As the native packages are built; the lowest first, which every processor of its kind has. */
const targets = {
  x64: { sse2: 'x86-64', avx2: 'x86-64-v3', avx512: 'x86-64-v4' },
  arm64: { neon: 'generic' },
};

/** Builds crates/bench for a level; gives the program. */
async function buildLevel({ cargo, env }, level, target) {
  const folder = join(root, 'target', 'bench', level);
  const manifest = join(root, 'crates', 'bench', 'Cargo.toml');
  const args = ['build', '--release', '--locked', '--manifest-path', manifest, '--target-dir', folder];
  await mustRun(cargo, args, { env: { ...process.env, ...env, RUSTFLAGS: `-Ctarget-cpu=${target}` } });
  return join(folder, 'release', `kestirme-kernel-bench${windows ? '.exe' : ''}`);
}

/** LEVEL=PROGRAM for each level that this processor has. */
async function buildNative() {
  await bringNativeCargo();
  const rust = findNativeCargo();
  const [[lowest, target], ...others] = Object.entries(targets[process.arch] ?? { portable: 'generic' });
  const built = [[lowest, await buildLevel(rust, lowest, target)]];
  const levels = output(built[0][1], ['levels'])?.split(' ') ?? [];
  for (const [level, flags] of others) {
    if (levels.includes(level)) built.push([level, await buildLevel(rust, level, flags)]);
  }
  return built.map(([level, program]) => `${level}=${program}`);
}

/** Times with these arguments; everything else is built. */
export async function timeKernels(given) {
  const native = given.includes('--no-native') ? [] : (await buildNative()).flatMap((one) => ['--native', one]);
  const program = join(root, 'packages', 'bench', 'dist', 'micro', 'main.js');
  await mustRun(process.execPath, [program, ...given.filter((one) => one !== '--no-native'), ...native]);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    await timeKernels(process.argv.slice(2));
  });
}

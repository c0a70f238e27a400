// Brings what links native code for Linux as a release has it: cargo-zigbuild and zig, by pip into target/tools. The code
// then needs no newer glibc than Node itself does, wherever it was built, and musl's needs no other system.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, output, root, ScriptError, which } from './process.mjs';
import { findRustup, pathWith, pinnedRust } from './toolchain.mjs';

const packages = ['cargo-zigbuild==0.24.1', 'ziglang==0.17.1'];
/** The oldest glibc that Node's own programs of version 20 and later run with. */
export const oldestGlibc = '2.28';

const zigFolder = join(root, 'target', 'tools', 'zig');
const bin = join(zigFolder, 'bin');

/** PATH with the two, and with `folder`, before all else. @throws ScriptError where there is no Python or pip fails. */
export async function bringZig(folder) {
  const path = pathWith(folder, bin);
  const answers = () => output(join(bin, 'cargo-zigbuild'), ['--version'])?.endsWith(packages[0].split('==')[1]);
  if (!answers()) {
    const python = which('python3');
    if (python === undefined) throw new ScriptError('Linking for a release needs Python 3, which brings zig.');
    if (!existsSync(bin)) await mustRun(python, ['-m', 'venv', zigFolder], { quiet: true });
    await mustRun(join(bin, 'pip'), ['install', '--quiet', ...packages], { quiet: true });
    if (!answers()) throw new ScriptError(`${bin}/cargo-zigbuild was installed but is not ${packages[0]}.`);
  }
  return path;
}

/** The target as cargo-zigbuild takes it: with the version of glibc. */
export const zigTarget = (target) => (target.endsWith('-gnu') ? `${target}.${oldestGlibc}` : target);

/** Rust's standard library for a target, by rustup. */
export async function bringTarget(target) {
  const rustup = findRustup();
  if (rustup === undefined)
    throw new ScriptError(`Building for ${target} needs rustup, which has its standard library.`);
  await mustRun(rustup, ['target', 'add', '--toolchain', pinnedRust, target], { quiet: true });
}

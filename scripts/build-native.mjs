// Builds crates/native, the kernels as native code that Node loads: for the native cells of npm run verify.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun, root, ScriptError, windows } from './process.mjs';
import { findNativeCargo } from './toolchain.mjs';

const targetFolder = join(root, 'target', 'native');
const builds = { threads: ['--features', 'threads'], single: [] };
const library = process.platform === 'darwin' ? 'libkestirme_native.dylib' : 'libkestirme_native.so';
/** Node brings the functions that the addon calls; this linker must be told so. */
const flags = process.platform === 'darwin' ? '-Clink-arg=-undefined -Clink-arg=dynamic_lookup' : '';

/** The addon's file. */
export const nativeAddon = (build) => join(targetFolder, `kestirme-${build}.node`);

/** Builds one of them; throws ScriptError, in words, where that cannot be. */
export async function buildNative(build) {
  if (windows) throw new ScriptError('On Windows the addon would need the import library of Node, which is not here.');
  const rust = findNativeCargo();
  if (rust === undefined) throw new ScriptError('There is no cargo; node scripts/toolchain.mjs --native brings it.');
  const manifest = join(root, 'crates', 'native', 'Cargo.toml');
  const args = ['build', '--release', '--locked', '--manifest-path', manifest, '--target-dir', targetFolder];
  const env = { ...process.env, ...rust.env, RUSTFLAGS: flags };
  await mustRun(rust.cargo, [...args, ...builds[build]], { quiet: true, env });
  copyFileSync(join(targetFolder, 'release', library), nativeAddon(build));
}

// npm run build:native: builds crates/native, the kernels as native code, for this machine's platform: one file for each
// level of instructions, from the same sources. They lie where the loader of packages/native looks first.
// --quick builds for tests, in seconds and without the slow optimisations; `npm test` does, and leaves better files alone.
// --level NAME builds only that one; --target TRIPLE builds for another platform of packages/native/platforms.json;
// --portable links what is for Linux by zig, for systems as old as Node runs on and for musl: a release does.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode } from './bootstrap.mjs';
import { builtFolder, levelFile, nativePlatforms, thisPlatform } from './native-packages.mjs';
import { isMain, mustRun, output, root, runScript, ScriptError } from './process.mjs';
import { bringNativeCargo, cargoHome, findNativeCargo } from './toolchain.mjs';
import { bringTarget, bringZig, zigTarget } from './zig.mjs';

/** The compiler's name of each level. The lowest of a processor family is what every one has. */
const targetCpus = { sse2: 'x86-64', avx2: 'x86-64-v3', avx512: 'x86-64-v4', neon: 'generic' };
const folders = ['kernels', 'door', 'edge', 'native'].map((name) => join('crates', name));

const libraryName = (target) =>
  target.includes('windows')
    ? 'kestirme_native.dll'
    : target.includes('apple')
      ? 'libkestirme_native.dylib'
      : 'libkestirme_native.so';

/** Where a level's file lies. */
const fileOf = (platform, level) => join(builtFolder(platform), levelFile(level));

/** The platform that this Node runs on. @throws ScriptError where there is no native build */
export function ownPlatform() {
  const own = thisPlatform();
  if (own === undefined) throw new ScriptError(`There are no native kernels for ${process.platform}-${process.arch}.`);
  return own;
}

/** Its levels, lowest first; none where there is no native build. */
export const ownLevels = () => thisPlatform()?.levels ?? [];

/** Those of them that this processor has. The lowest is built already. */
export function processorLevels() {
  const platform = ownPlatform();
  return createRequire(import.meta.url)(fileOf(platform, platform.levels[0])).levels();
}

/** The built files that it can load. @throws ScriptError when the lowest level's is none of them */
export function nativeFiles() {
  const platform = ownPlatform();
  const lowest = fileOf(platform, platform.levels[0]);
  if (!existsSync(lowest)) throw new ScriptError(`${lowest} is missing. Run npm run build:native.`);
  return processorLevels()
    .map((level) => fileOf(platform, level))
    .filter(existsSync);
}

/** One hash over the names and contents of all sources and the flags of this script. */
function sourceHash() {
  const hash = createHash('sha256').update(JSON.stringify(targetCpus));
  const sources = folders.flatMap((folder) => [
    ...['Cargo.toml', 'Cargo.lock', 'build.rs'].map((name) => join(folder, name)),
    ...readdirSync(join(root, folder, 'src'), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name))),
  ]);
  for (const file of sources.sort()) {
    if (!existsSync(join(root, file))) continue;
    hash.update(`\n${file.replaceAll('\\', '/')} ${readFileSync(join(root, file), 'latin1').replaceAll('\r\n', '\n')}`);
  }
  return hash.digest('hex');
}

/** What each file was built from and how, beside the files. */
const recordFile = (platform) => join(builtFolder(platform), 'built.json');

function builtSo(platform, level, profile, portable) {
  if (!existsSync(fileOf(platform, level))) return false;
  const record = existsSync(recordFile(platform)) ? JSON.parse(readFileSync(recordFile(platform), 'utf8'))[level] : {};
  const asAsked = [profile, 'release'].includes(record?.profile) && [portable, true].includes(record.portable);
  return asAsked && record.sourceSha256 === sourceHash();
}

function keepRecord(platform, level, record) {
  const file = recordFile(platform);
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(file, `${JSON.stringify({ ...all, [level]: record }, null, 2)}\n`);
}

/** So that files, and the words of panics in them, do not depend on where they were built. */
function remapFlags(env) {
  const registry = join(cargoHome, 'registry', 'src');
  const indices = existsSync(registry) ? readdirSync(registry) : [];
  const map = [[root, '/kestirme'], ...indices.map((index) => [join(registry, index), '/cargo'])];
  // Panics of the standard library name its sources where a toolchain has them.
  const sysroot = output('rustc', ['--print', 'sysroot'], { env: { ...process.env, ...env } });
  if (sysroot !== undefined) map.push([join(sysroot, 'lib', 'rustlib', 'src', 'rust'), '/rust']);
  return map.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** @param {{ zigPath: string | undefined }} what PATH with zig, where that links */
async function buildLevel({ cargo, env }, { platform, target, level, profile, zigPath }) {
  const targetFolder = join(root, 'target', 'native');
  const manifest = join(root, 'crates', 'native', 'Cargo.toml');
  const builder = zigPath === undefined ? ['build', '--target', target] : ['zigbuild', '--target', zigTarget(target)];
  const place = ['--manifest-path', manifest, '--target-dir', targetFolder];
  // Else musl would be linked statically, and Node could not load the library.
  const dynamic = platform.libc === 'musl' ? ['-Ctarget-feature=-crt-static'] : [];
  const flags = [`-Ctarget-cpu=${targetCpus[level]}`, ...dynamic, ...remapFlags(env)];
  await mustRun(cargo, [...builder, '--profile', profile, '--locked', ...place], {
    quiet: true,
    env: {
      ...process.env,
      ...env,
      ...(zigPath === undefined ? {} : { PATH: zigPath }),
      CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f'),
    },
  });
  mkdirSync(builtFolder(platform), { recursive: true });
  copyFileSync(join(targetFolder, target, profile, libraryName(target)), fileOf(platform, level));
}

/**
 * Builds what is not built of the present sources, and says so.
 * @param {{ profile?: string, levels?: string[], target?: string, portable?: boolean, say?: (line: string) => void }}
 *   [options] default: this platform's, all levels
 */
export async function buildNative({ profile = 'release', levels, target, portable = false, say = console.log } = {}) {
  const platform = target === undefined ? ownPlatform() : nativePlatforms.find((one) => one.target === target);
  if (platform === undefined) throw new ScriptError(`There are no native kernels for ${target}.`);
  const unknown = levels?.find((level) => !platform.levels.includes(level));
  if (unknown !== undefined) {
    throw new ScriptError(`${platform.name} has no level '${unknown}'; it has ${platform.levels.join(', ')}.`);
  }
  await bringNativeCargo();
  const rust = findNativeCargo();
  const byZig = portable && platform.os === 'linux';
  const zigPath = byZig ? await bringZig(dirname(rust.cargo)) : undefined;
  if (byZig) await bringTarget(platform.target);
  const own = /^host: (.+)$/m.exec(output('rustc', ['-vV'], { env: { ...process.env, ...rust.env } }) ?? '')?.[1];
  for (const level of levels ?? platform.levels) {
    const file = fileOf(platform, level);
    if (!builtSo(platform, level, profile, portable)) {
      const sourceSha256 = sourceHash();
      const chosen = target ?? (byZig ? platform.target : own) ?? platform.target;
      await buildLevel(rust, { platform, target: chosen, level, profile, zigPath });
      keepRecord(platform, level, { sourceSha256, profile, portable });
    }
    say(`${String(statSync(file).size).padStart(9)}  ${relative(root, file)}`);
  }
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    checkNode();
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean' },
        portable: { type: 'boolean' },
        level: { type: 'string' },
        target: { type: 'string' },
      },
    });
    await buildNative({
      profile: values.quick ? 'quick' : 'release',
      levels: values.level === undefined ? undefined : [values.level],
      target: values.target,
      portable: values.portable ?? false,
    });
  });
}

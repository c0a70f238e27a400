// npm run build:native: builds crates/native, the kernels as native code, for this machine's platform: one file for each
// level of instructions, from the same sources. They lie where the loader of packages/native looks first.
// --quick builds for tests, in seconds and without the slow optimisations; `npm test` does, and leaves better files alone.
// --level NAME builds only that one; --target TRIPLE builds for another platform of packages/native/platforms.json.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { checkNode } from './bootstrap.mjs';
import { isMain, mustRun, output, root, runScript, ScriptError } from './process.mjs';
import { bringNativeCargo, cargoHome, findNativeCargo } from './toolchain.mjs';

/** The compiler's name of each level. The lowest of a processor family is what every one has. */
const targetCpus = { sse2: 'x86-64', avx2: 'x86-64-v3', avx512: 'x86-64-v4', neon: 'generic' };
const folders = ['kernels', 'door', 'edge', 'native'].map((name) => join('crates', name));
const packageFolder = join(root, 'packages', 'native');
const platforms = () => JSON.parse(readFileSync(join(packageFolder, 'platforms.json'), 'utf8'));

const libraryName = (target) =>
  target.includes('windows')
    ? 'kestirme_native.dll'
    : target.includes('apple')
      ? 'libkestirme_native.dylib'
      : 'libkestirme_native.so';

/** Where the files of a platform lie. */
const folderOf = (platform) => join(packageFolder, 'npm', platform.name);

/** The platform that this Node runs on. @throws ScriptError where there is no native build */
export function ownPlatform() {
  const libc = process.report?.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
  const own = platforms().find(
    (one) => one.os === process.platform && one.cpu === process.arch && [undefined, libc].includes(one.libc),
  );
  if (own === undefined) throw new ScriptError(`There are no native kernels for ${process.platform}-${process.arch}.`);
  return own;
}

/** Its levels, lowest first; none where there is no native build. */
export function ownLevels() {
  try {
    return ownPlatform().levels;
  } catch {
    return [];
  }
}

/** Those of them that this processor has. The lowest is built already. */
export function processorLevels() {
  const platform = ownPlatform();
  const file = join(folderOf(platform), `kestirme.${platform.levels[0]}.node`);
  return createRequire(import.meta.url)(file).levels();
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
const recordFile = (platform) => join(folderOf(platform), 'built.json');

function builtSo(platform, level, profile) {
  if (!existsSync(join(folderOf(platform), `kestirme.${level}.node`))) return false;
  const record = existsSync(recordFile(platform)) ? JSON.parse(readFileSync(recordFile(platform), 'utf8'))[level] : {};
  return record?.sourceSha256 === sourceHash() && [profile, 'release'].includes(record.profile);
}

function keepRecord(platform, level, record) {
  const file = recordFile(platform);
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  writeFileSync(file, `${JSON.stringify({ ...all, [level]: record }, null, 2)}\n`);
}

/** So that files, and the words of panics in them, do not depend on where they were built. */
function remapFlags() {
  const registry = join(cargoHome, 'registry', 'src');
  const indices = existsSync(registry) ? readdirSync(registry) : [];
  const map = [[root, '/kestirme'], ...indices.map((index) => [join(registry, index), '/cargo'])];
  return map.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

async function buildLevel({ cargo, env }, platform, target, level, profile) {
  const targetFolder = join(root, 'target', 'native');
  const manifest = join(root, 'crates', 'native', 'Cargo.toml');
  const place = ['--manifest-path', manifest, '--target-dir', targetFolder, '--target', target];
  await mustRun(cargo, ['build', '--profile', profile, '--locked', ...place], {
    quiet: true,
    env: {
      ...process.env,
      ...env,
      CARGO_ENCODED_RUSTFLAGS: [`-Ctarget-cpu=${targetCpus[level]}`, ...remapFlags()].join('\x1f'),
    },
  });
  mkdirSync(folderOf(platform), { recursive: true });
  const file = join(folderOf(platform), `kestirme.${level}.node`);
  copyFileSync(join(targetFolder, target, profile, libraryName(target)), file);
  return file;
}

/**
 * Builds what is not built of the present sources, and says so.
 * @param {{ profile?: string, levels?: string[], target?: string, say?: (line: string) => void }} [options] default: this platform's, all levels
 */
export async function buildNative({ profile = 'release', levels, target, say = console.log } = {}) {
  const platform = target === undefined ? ownPlatform() : platforms().find((one) => one.target === target);
  if (platform === undefined) throw new ScriptError(`There are no native kernels for ${target}.`);
  const unknown = levels?.find((level) => !platform.levels.includes(level));
  if (unknown !== undefined) {
    throw new ScriptError(`${platform.name} has no level '${unknown}'; it has ${platform.levels.join(', ')}.`);
  }
  await bringNativeCargo();
  const rust = findNativeCargo();
  const own = /^host: (.+)$/m.exec(output('rustc', ['-vV'], { env: { ...process.env, ...rust.env } }) ?? '')?.[1];
  for (const level of levels ?? platform.levels) {
    const file = join(folderOf(platform), `kestirme.${level}.node`);
    if (!builtSo(platform, level, profile)) {
      const sourceSha256 = sourceHash();
      await buildLevel(rust, platform, target ?? own ?? platform.target, level, profile);
      keepRecord(platform, level, { sourceSha256, profile });
    }
    say(`${String(statSync(file).size).padStart(9)}  ${relative(root, file)}`);
  }
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    checkNode();
    const { values } = parseArgs({
      options: { quick: { type: 'boolean' }, level: { type: 'string' }, target: { type: 'string' } },
    });
    await buildNative({
      profile: values.quick ? 'quick' : 'release',
      levels: values.level === undefined ? undefined : [values.level],
      target: values.target,
    });
  });
}

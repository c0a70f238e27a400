// npm run build:wasm: builds the two WebAssembly files of packages/core/wasm and the manifest beside them, and writes
// packages/core/src/kernels/api.ts, what TypeScript knows of their exports.
// --check builds nothing and only says whether the files are those of the present sources.
// --verify builds and compares: the same sources and the same toolchain have to give the committed bytes.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { checkNode } from './bootstrap.mjs';
import { isMain, mustRun, output, root, runScript, ScriptError } from './process.mjs';
import {
  bringNativeCargo,
  cargoHome,
  findNativeCargo,
  findWasmRust,
  findWasmTools,
  pathMap,
  pathWith,
  toolchainIdentity,
} from './toolchain.mjs';

const target = 'wasm32-unknown-unknown';
const outFolder = join(root, 'packages', 'core', 'wasm');
const apiFile = join(root, 'packages', 'core', 'src', 'kernels', 'api.ts');
export const manifestFile = join(outFolder, 'manifest.json');
const fileNames = ['kestirme_wasm.js', 'kestirme_wasm.d.ts', 'kestirme_wasm_bg.wasm', 'kestirme_wasm_bg.wasm.d.ts'];

const linkArgs = [
  '--shared-memory',
  '--import-memory',
  '--max-memory=4294967296',
  '--export=__wasm_init_tls',
  '--export=__tls_size',
  '--export=__tls_align',
  '--export=__tls_base',
  '--export=__heap_base',
];

/** The two builds: the same kernels and the same bits; the second for hosts without shared memory. */
export const builds = {
  threads: {
    features: ['threads'],
    rustflags: [
      '-Ctarget-feature=+atomics,+bulk-memory,+mutable-globals,+simd128',
      ...linkArgs.map((arg) => `-Clink-arg=${arg}`),
    ],
  },
  single: { features: [], rustflags: ['-Ctarget-feature=+simd128,+bulk-memory'] },
};

export const wasmPackArgs = ['--target', 'web', '--mode', 'force', '--no-opt', '--no-pack', '--release'];
const cargoArgs = ['--locked', '-Z', 'build-std=std,panic_abort'];

function filesUnder(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)).replaceAll('\\', '/'));
}

/** Content of a text file as it lies in git, also where the checkout has Windows line ends. */
function canonical(file) {
  const bytes = readFileSync(file);
  return file.endsWith('.wasm') ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The files, relative to the root, that a built file depends on. */
export function sourceFiles() {
  const crates = ['kernels', 'door', 'edge', 'wasm'].map((name) => `crates/${name}`);
  const manifests = ['Cargo.toml', 'Cargo.lock', ...crates.map((crate) => `${crate}/Cargo.toml`)];
  return [...manifests, ...crates.flatMap((crate) => filesUnder(`${crate}/src`))].sort();
}

/** One hash over the names and contents of all sources, and the flags of this script. */
export function sourceHash() {
  const hash = createHash('sha256').update(JSON.stringify({ target, builds, wasmPackArgs, cargoArgs }));
  for (const file of sourceFiles()) {
    if (!existsSync(join(root, file))) throw new ScriptError(`${file} is missing. Run npm run build:wasm.`);
    hash.update(`\n${file} ${sha256(canonical(join(root, file)))}`);
  }
  return hash.digest('hex');
}

/** Bytes and hash of each built file, by its path inside packages/core/wasm. */
function builtFiles() {
  const files = {};
  for (const name of Object.keys(builds).flatMap((build) => fileNames.map((file) => `${build}/${file}`))) {
    if (!existsSync(join(outFolder, name))) continue;
    const bytes = canonical(join(outFolder, name));
    files[name] = { bytes: bytes.length, sha256: sha256(bytes) };
  }
  return files;
}

export function readManifest() {
  return existsSync(manifestFile) ? JSON.parse(readFileSync(manifestFile, 'utf8')) : undefined;
}

/** What is wrong with the built files, in words; undefined when they are those of the present sources. */
export function staleness() {
  const manifest = readManifest();
  if (manifest === undefined) return 'packages/core/wasm/manifest.json is missing';
  if (manifest.sourceSha256 !== sourceHash()) return 'the Rust sources changed since packages/core/wasm was built';
  const present = builtFiles();
  for (const [name, { bytes, sha256: hash }] of Object.entries(manifest.files)) {
    if (present[name] === undefined) return `packages/core/wasm/${name} is missing`;
    if (present[name].sha256 !== hash) {
      return `packages/core/wasm/${name} (${present[name].bytes} bytes) is not the file in the manifest (${bytes} bytes)`;
    }
  }
  return undefined;
}

/** `--remap-path-prefix` for every folder a panic message may name, so that bytes do not depend on where they lie. */
function remapFlags(rust) {
  const registry = join(cargoHome, 'registry', 'src');
  const indices = existsSync(registry) ? readdirSync(registry) : [];
  const map = [...pathMap(rust), ...indices.map((index) => [join(registry, index), '/cargo'])];
  return map.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** Builds with wasm-pack; what cargo makes lies in target/wasm/NAME. @returns the folder with the files */
export async function buildOne(name, { features, rustflags }, rust, tools, packArgs = wasmPackArgs) {
  const made = join(root, 'target', 'wasm', `${name}-pack`);
  rmSync(made, { recursive: true, force: true });
  const env = {
    ...process.env,
    ...rust.env,
    CARGO: rust.cargo,
    RUSTC: rust.rustc,
    RUSTC_BOOTSTRAP: '1',
    CARGO_TARGET_DIR: join(root, 'target', 'wasm', name),
    CARGO_ENCODED_RUSTFLAGS: [...rustflags, ...remapFlags(rust)].join('\x1f'),
    CARGO_INCREMENTAL: '0',
    PATH: pathWith(dirname(rust.cargo), dirname(tools.wasmBindgen)),
  };
  const featureArgs = features.length > 0 ? ['--features', features.join(',')] : [];
  const crate = join(root, 'crates', 'wasm');
  const args = ['build', crate, ...packArgs, '--out-dir', made, '--out-name', 'kestirme_wasm'];
  await mustRun(tools.wasmPack, [...args, '--', ...cargoArgs, ...featureArgs], { env });
  return made;
}

function takeFiles(name, made) {
  const folder = join(outFolder, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of fileNames) copyFileSync(join(made, file), join(folder, file));
}

/** Writes the names, types and classes that TypeScript has for the exports; cargo test compares them with the sources. */
async function writeApi() {
  await bringNativeCargo();
  const { cargo, env } = findNativeCargo();
  const args = ['run', '--quiet', '--locked', '-p', 'kestirme-edge', '--example', 'typescript'];
  const text = output(cargo, args, { env: { ...process.env, ...env }, timeout: 300_000 });
  if (text === undefined) throw new ScriptError('crates/edge does not compile for this machine; see cargo test.');
  writeFileSync(apiFile, `${text.trimEnd()}\n`);
}

/** Builds both files and writes the manifest and the TypeScript in front of them. */
export async function buildWasm() {
  const rust = await findWasmRust();
  const env = { ...process.env, ...rust.env, RUSTC: rust.rustc };
  // Settles Cargo.lock and fills the registry's folder, whose name the path map needs, before anything is compiled.
  const fetchArgs = ['fetch', ...(process.env.CI && existsSync(join(root, 'Cargo.lock')) ? ['--locked'] : [])];
  await mustRun(rust.cargo, fetchArgs, { env });
  const tools = await findWasmTools(rust);
  console.log(`Building with ${rust.kind}'s Rust: ${rust.rustc}`);
  const sourceSha256 = sourceHash();
  await writeApi();
  const made = {};
  for (const name of Object.keys(builds)) made[name] = await buildOne(name, builds[name], rust, tools);
  if (sourceHash() !== sourceSha256) {
    throw new ScriptError('The Rust sources changed during the build. packages/core/wasm is as before; build again.');
  }
  for (const name of Object.keys(builds)) takeFiles(name, made[name]);
  const manifest = { sourceSha256, toolchain: toolchainIdentity(rust), files: builtFiles() };
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [name, { bytes, sha256: hash }] of Object.entries(manifest.files)) {
    console.log(`${String(bytes).padStart(9)}  ${hash.slice(0, 16)}  ${name}`);
  }
}

function check() {
  const problem = staleness();
  if (problem !== undefined) throw new ScriptError(`Stale WebAssembly: ${problem}.\nRun npm run build:wasm.`);
  console.log('packages/core/wasm is up to date.');
}

async function verify() {
  check();
  const committed = readManifest();
  await buildWasm();
  const built = readManifest();
  if (JSON.stringify(committed.toolchain) !== JSON.stringify(built.toolchain)) {
    console.log('Built with another toolchain than the committed files: their bytes cannot be compared.');
    return;
  }
  const names = Object.keys({ ...committed.files, ...built.files });
  const different = names.filter((name) => committed.files[name]?.sha256 !== built.files[name]?.sha256);
  if (different.length > 0) {
    throw new ScriptError(
      `The same sources and toolchain gave other bytes than those committed: ${different.join(', ')}.`,
    );
  }
  console.log('The bytes are those committed.');
}

if (isMain(import.meta.url)) {
  await runScript(() => {
    checkNode();
    if (process.argv.includes('--check')) return check();
    return process.argv.includes('--verify') ? verify() : buildWasm();
  });
}

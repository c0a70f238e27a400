// npm run build:images-wasm: builds crates/images into packages/datasets/wasm, with a manifest beside it.
// --check builds nothing and only says whether the file is that of the present sources.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMain, mustRun, root, runScript, ScriptError } from './process.mjs';
import { findWasmRust, pathMap, pathWith, toolchainIdentity } from './toolchain.mjs';

const crate = join(root, 'crates', 'images');
const folder = join(root, 'packages', 'datasets', 'wasm');
const file = join(folder, 'images.wasm');
const manifestFile = join(folder, 'manifest.json');
/** In any order that is always the same. */
const sources = ['Cargo.toml', ...sourcesIn('src')];
const flags = [
  '-Ctarget-feature=+simd128,+bulk-memory',
  '-Clink-arg=--export=__heap_base',
  // Its stack: no function here needs more.
  '-Clink-arg=-zstack-size=65536',
];
const cargoArgs = ['build', '--release', '--locked', '--target', 'wasm32-unknown-unknown', '-Z', 'build-std=core'];

function sourcesIn(folder) {
  const names = readdirSync(join(crate, folder), { recursive: true });
  return names
    .filter((name) => name.endsWith('.rs'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort();
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

function sourceHash() {
  const texts = sources.map((name) => readFileSync(join(crate, name), 'utf8').replaceAll('\r\n', '\n'));
  return sha256(JSON.stringify({ flags, cargoArgs, texts }));
}

/** What is wrong with the built file; undefined when it is that of the present sources. */
export function imagesStaleness() {
  if (!existsSync(manifestFile) || !existsSync(file)) return 'packages/datasets/wasm is not there';
  const { sourceSha256, wasmSha256 } = JSON.parse(readFileSync(manifestFile, 'utf8'));
  if (sourceSha256 !== sourceHash()) return 'crates/images changed since packages/datasets/wasm was built';
  return wasmSha256 === sha256(readFileSync(file)) ? undefined : `${file} is not the file in its manifest`;
}

async function buildImages() {
  const rust = await findWasmRust();
  const remap = pathMap(rust).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  const target = join(root, 'target', 'wasm', 'images');
  const env = {
    ...process.env,
    ...rust.env,
    RUSTC: rust.rustc,
    RUSTC_BOOTSTRAP: '1',
    CARGO_TARGET_DIR: target,
    CARGO_ENCODED_RUSTFLAGS: [...flags, ...remap].join('\x1f'),
    CARGO_INCREMENTAL: '0',
    PATH: pathWith(dirname(rust.cargo)),
  };
  await mustRun(rust.cargo, [...cargoArgs, '--manifest-path', join(crate, 'Cargo.toml')], { env });
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(target, 'wasm32-unknown-unknown', 'release', 'kestirme_images.wasm'), file);
  const bytes = readFileSync(file);
  const manifest = { sourceSha256: sourceHash(), wasmSha256: sha256(bytes), toolchain: toolchainIdentity(rust) };
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${bytes.length} bytes: packages/datasets/wasm/images.wasm`);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    if (!process.argv.includes('--check')) return buildImages();
    const problem = imagesStaleness();
    if (problem !== undefined) throw new ScriptError(`Stale WebAssembly: ${problem}.\nRun npm run build:images-wasm.`);
  });
}

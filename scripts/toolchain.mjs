// Finds, or brings, what builds the WebAssembly files: a Rust compiler with the sources of its standard library
// (threads need a standard library built with atomics), wasm-pack, and wasm-bindgen in the version of Cargo.lock.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { aptInstall } from './apt.mjs';
import { isMain, mustRun, output, root, run, runScript, ScriptError, which, windows } from './process.mjs';

/** The rustup toolchain that builds the committed files. A stable one: RUSTC_BOOTSTRAP opens -Z build-std. */
export const pinnedRust = '1.95.0';
export const wasmPackVersion = '0.13.1';

const debianPackages = ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-llvm', 'lld-22'];
const debianChecks = ['rustfmt-web', 'rust-web-clippy'];
const debianBin = '/usr/bin';
// Where rustup's server cannot be reached it can hang for minutes; Debian's compiler is then the quicker way.
const reachable = 20_000;
const download = 300_000;
const exe = windows ? '.exe' : '';

export const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
const toolsFolder = join(root, 'target', 'tools');

/**
 * @typedef {object} Rust
 * @property {string} kind 'rustup' or 'debian'
 * @property {string} cargo path of cargo
 * @property {string} rustc path of rustc
 * @property {Record<string, string>} env what to add to the environment of a build
 * @property {string} sources folder of the standard library's sources (holds `std/`, `core/`, ...)
 */

/** PATH with `folders` before all else. */
export function pathWith(...folders) {
  return [...folders, process.env.PATH ?? ''].join(delimiter);
}

function librarySources(rustc, env) {
  const sysroot = output(rustc, ['--print', 'sysroot'], { env: { ...process.env, ...env } });
  if (sysroot === undefined) return undefined;
  const folder = join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library');
  return existsSync(join(folder, 'std', 'Cargo.toml')) ? folder : undefined;
}

/** rustup itself; a fresh install may not be on PATH yet. */
export function findRustup() {
  return [which('rustup'), join(cargoHome, 'bin', `rustup${exe}`)].find((file) => file && existsSync(file));
}

// Asking rustup where something is must not make it download what is not there.
const asIs = { env: { ...process.env, RUSTUP_AUTO_INSTALL: '0' } };

function rustupRust() {
  const rustup = findRustup();
  if (rustup === undefined) return undefined;
  const locate = (tool) => output(rustup, ['which', '--toolchain', pinnedRust, tool], asIs);
  const cargo = locate('cargo');
  const rustc = locate('rustc');
  if (cargo === undefined || rustc === undefined) return undefined;
  const env = { RUSTUP_TOOLCHAIN: pinnedRust };
  const sources = librarySources(rustc, env);
  return sources && { kind: 'rustup', cargo, rustc, env, sources };
}

function debianRust() {
  const cargo = join(debianBin, 'cargo');
  const rustc = join(debianBin, 'rustc');
  if (!existsSync(cargo) || !existsSync(rustc) || !existsSync(join(debianBin, 'rust-lld'))) return undefined;
  const sources = librarySources(rustc, {});
  return sources && { kind: 'debian', cargo, rustc, env: {}, sources };
}

/** Asks rustup for the pinned toolchain with rust-src; undefined when it cannot be had quickly. */
async function bringRustup() {
  const rustup = findRustup();
  if (rustup === undefined) return undefined;
  const present = output(rustup, ['which', '--toolchain', pinnedRust, 'rustc'], asIs) !== undefined;
  const args = present
    ? ['component', 'add', 'rust-src', '--toolchain', pinnedRust]
    : ['toolchain', 'install', pinnedRust, '--profile', 'minimal', '--no-self-update'].concat([
        '-c',
        'rust-src',
        '-c',
        'clippy',
        '-c',
        'rustfmt',
      ]);
  console.log(`rustup: ${args.join(' ')}`);
  if (!present) {
    const probe = await run(rustup, ['check'], { quiet: true, timeout: reachable });
    if (probe.timedOut) return giveUpRustup('its server does not answer');
  }
  const result = await run(rustup, args, { timeout: present ? reachable : download });
  return rustupRust() ?? giveUpRustup(result.timedOut ? 'the download took too long' : 'it could not install them');
}

function giveUpRustup(reason) {
  console.log(`rustup cannot bring Rust ${pinnedRust} with rust-src: ${reason}.`);
  return undefined;
}

/** Installs Debian's compiler for the web, where there is apt and the right to use it. */
async function bringDebian() {
  return (await aptInstall(debianPackages)) ? debianRust() : undefined;
}

/**
 * The Rust that builds WebAssembly: what is installed first (rustup's pinned toolchain, then Debian's), else what can
 * be installed, in the same order. KESTIRME_TOOLCHAIN=rustup or debian allows only that one.
 * @returns {Promise<Rust>}
 */
export async function findWasmRust() {
  const only = process.env.KESTIRME_TOOLCHAIN;
  if (only !== undefined && only !== 'rustup' && only !== 'debian') {
    throw new ScriptError(`KESTIRME_TOOLCHAIN is '${only}'; it can be 'rustup' or 'debian'.`);
  }
  const ways = [
    ['rustup', rustupRust],
    ['rustup', bringRustup],
    ['debian', debianRust],
    ['debian', bringDebian],
  ];
  for (const [kind, way] of ways) {
    const rust = only === undefined || only === kind ? await way() : undefined;
    if (rust !== undefined) return rust;
  }
  throw new ScriptError(
    `No Rust that can build for WebAssembly. Either install rustup and run\n` +
      `  rustup toolchain install ${pinnedRust} --profile minimal -c rust-src -c clippy -c rustfmt\n` +
      `or, on Debian and as root, run\n  apt-get update && apt-get install -y ${debianPackages.join(' ')}`,
  );
}

/**
 * The cargo for native work: rustup's pinned toolchain, else the cargo on PATH, else Debian's; the first of them that
 * has clippy and rustfmt, too. A rustup without toolchains has a cargo that cannot run: it is passed over.
 * @returns {{cargo: string, env: Record<string, string>} | undefined}
 */
export function findNativeCargo() {
  const places = [which('cargo'), join(cargoHome, 'bin', `cargo${exe}`), join(debianBin, 'cargo')];
  const cargos = [...new Set(places)].filter((file) => file && existsSync(file));
  const toolchains = findRustup() === undefined ? [{}] : [{ RUSTUP_TOOLCHAIN: pinnedRust }, {}];
  for (const toolchain of toolchains) {
    for (const cargo of cargos) {
      const env = { ...toolchain, RUSTUP_AUTO_INSTALL: '0', PATH: pathWith(dirname(cargo)) };
      const has = (tool) => output(cargo, [tool, '--version'], { env: { ...process.env, ...env } }) !== undefined;
      if (has('clippy') && has('fmt')) return { cargo, env };
    }
  }
  return undefined;
}

/** Installs what the native checks lack: cargo, clippy, rustfmt. Says what to do when it cannot. */
export async function bringNativeCargo() {
  if (findNativeCargo() !== undefined) return;
  const rustup = findRustup();
  if (rustup !== undefined) {
    const install = ['toolchain', 'install', pinnedRust, '--profile', 'minimal', '-c', 'clippy', '-c', 'rustfmt'];
    await run(rustup, [...install, '--no-self-update'], { timeout: download });
  }
  if (findNativeCargo() !== undefined) return;
  await aptInstall([...debianPackages, ...debianChecks]);
  if (findNativeCargo() === undefined) throw new ScriptError(howToGetCargo);
}

const howToGetCargo =
  `Rust's checks need cargo with clippy and rustfmt. Either install rustup and run\n` +
  `  rustup toolchain install ${pinnedRust} --profile minimal -c rust-src -c clippy -c rustfmt\n` +
  `or, on Debian and as root, run\n` +
  `  apt-get update && apt-get install -y ${[...debianPackages, ...debianChecks].join(' ')}\n` +
  `To run the other tests without Rust, set KESTIRME_SKIP_RUST=1.`;

/** wasm-bindgen's version in Cargo.lock: its command-line tool has to be exactly that one. */
export function wasmBindgenVersion() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8').replaceAll('\r', '');
  const version = /name = "wasm-bindgen"\nversion = "([^"]+)"/.exec(lock)?.[1];
  if (version === undefined)
    throw new ScriptError('Cargo.lock does not name wasm-bindgen. Run cargo generate-lockfile.');
  return version;
}

/** Finds a cargo-made tool in exactly `version` on PATH, in cargo's home or in target/tools; installs it there if not. */
async function findTool(rust, tool, crate, version) {
  const candidates = [which(tool), join(cargoHome, 'bin', tool + exe), join(toolsFolder, 'bin', tool + exe)];
  const found = () =>
    candidates.find((file) => file && existsSync(file) && output(file, ['--version'])?.endsWith(` ${version}`));
  if (found() === undefined) {
    console.log(`Installing ${crate} ${version} into target/tools (once, some minutes)`);
    // An optimised tool takes twice as long to compile and saves a second at each use.
    const env = { ...process.env, ...rust.env, RUSTC: rust.rustc, CARGO_PROFILE_RELEASE_OPT_LEVEL: '0' };
    const args = ['install', crate, '--version', `=${version}`, '--root', toolsFolder, '--force'];
    await mustRun(rust.cargo, args, { env: { ...env, PATH: pathWith(dirname(rust.rustc)) } });
  }
  const file = found();
  if (file === undefined) throw new ScriptError(`${tool} ${version} was installed but does not answer to --version.`);
  return file;
}

/** @returns {Promise<{wasmPack: string, wasmBindgen: string}>} paths of the two tools, in their pinned versions */
export async function findWasmTools(rust) {
  const wasmPack = await findTool(rust, 'wasm-pack', 'wasm-pack', wasmPackVersion);
  const wasmBindgen = await findTool(rust, 'wasm-bindgen', 'wasm-bindgen-cli', wasmBindgenVersion());
  return { wasmPack, wasmBindgen };
}

/** What determines the bytes of a build besides the sources: the same identity has to give the same bytes. */
export function toolchainIdentity(rust) {
  const env = { ...process.env, ...rust.env };
  const packages =
    rust.kind === 'debian'
      ? // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
        output('dpkg-query', ['-W', '-f', '${Package} ${Version}\n', ...debianPackages])
      : undefined;
  return {
    rustc: output(rust.rustc, ['-vV'], { env }),
    ...(packages === undefined ? {} : { packages: packages.split('\n') }),
    wasmBindgen: wasmBindgenVersion(),
    wasmPack: wasmPackVersion,
  };
}

/** The folders whose names a compiler may write into its output, with what to write instead. */
export function pathMap(rust) {
  const map = [[root, '/kestirme']];
  for (const folder of [rust.sources, realpathSync(rust.sources)]) map.push([folder, '/rust/library']);
  return map;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    if (process.argv[2] !== '--native') throw new ScriptError('Usage: node scripts/toolchain.mjs --native');
    await bringNativeCargo();
  });
}

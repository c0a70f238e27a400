// npm test: every check there is, and one line with the count at the end. Stages that mostly wait, or work on one core, have
// others beside them; what these print is then mixed.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz, targetNames } from '../test/fuzz/main.mjs';
import { fuzzNative } from '../test/fuzz/native.mjs';
import { bootstrap } from './bootstrap.mjs';
import { compile, packageBin } from './build.mjs';
import { imagesStaleness } from './build-images-wasm.mjs';
import { buildNative, ownLevels } from './build-native.mjs';
import { staleness } from './build-wasm.mjs';
import { checkExactness } from './check-exactness.mjs';
import { checkRepository } from './check-imports.mjs';
import { bringChromium } from './chromium.mjs';
import { crashReport, crashTest } from './crash-test.mjs';
import { checkOperations } from './operations.mjs';
import { mustRun, root, run, runScript, ScriptError } from './process.mjs';
import { terminalCounts, terminalRow, terminalTest } from './terminal-test.mjs';
import { countCargo, countNode, countVitest, totalLine } from './test-counts.mjs';
import { testLevels } from './test-levels.mjs';
import { testPackages } from './test-package.mjs';
import { bringNativeCargo, findNativeCargo } from './toolchain.mjs';
import { verify } from './verify.mjs';

const skipRust = process.env.KESTIRME_SKIP_RUST === '1';
// Colours would hide the counts from the patterns that read them.
const plain = { ...process.env, NO_COLOR: '1', CARGO_TERM_COLOR: 'never' };

/** Crates whose dependencies are no business of the WebAssembly build's Cargo.lock. */
const ownWorkspaces = ['bench', 'images', 'opcount', 'native'];

const stages = [];

/** Runs one stage; `work` throws or returns counts, and with `failed: true` a failure it has already told. */
async function stage(name, work) {
  console.log(`\n== ${name}`);
  const begin = performance.now();
  let result = { name, ok: true };
  try {
    const counts = await work();
    result = { name, ok: counts?.failed === undefined || (counts.failed === 0 && counts.ok !== false), counts };
  } catch (error) {
    console.error(error instanceof ScriptError ? error.message : error);
    result = { name, ok: false };
  }
  result.seconds = (performance.now() - begin) / 1000;
  console.log(`-- ${name}: ${result.ok ? 'ok' : 'FAILED'} (${result.seconds.toFixed(1)} s)`);
  stages.push(result);
  return result.ok;
}

/** Its output is shown where it fails. */
async function command(program, args, env = plain) {
  await mustRun(program, args, { env, quiet: true });
}

/** Counts of the tests that cargo ran; its output is shown where one fails. */
async function cargoTest({ cargo }, args, env) {
  const { code, text } = await run(cargo, ['test', '--locked', ...args], { env, quiet: true });
  if (code !== 0) console.log(text);
  return { ...countCargo(text), ok: code === 0 };
}

function wasmManifest() {
  const problem = staleness();
  if (problem !== undefined) throw new ScriptError(`${problem}. Run npm run build:wasm.`);
  const ofImages = imagesStaleness();
  if (ofImages !== undefined) throw new ScriptError(`${ofImages}. Run npm run build:images-wasm.`);
}

function imports() {
  const problems = checkRepository(root);
  if (problems.length > 0) throw new ScriptError(problems.join('\n'));
}

/** That there is none is told, and counted by the tests which are then skipped. */
async function chromium() {
  const file = await bringChromium();
  if (file !== undefined) console.log(file);
}

function exactness() {
  const problems = checkExactness(root);
  if (problems.length > 0) throw new ScriptError(problems.join('\n'));
}

async function vitest() {
  const file = join(root, 'target', 'vitest.json');
  rmSync(file, { force: true });
  mkdirSync(join(root, 'target'), { recursive: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await run(process.execPath, [packageBin('vitest', 'vitest.mjs'), 'run', ...reporters], {
    env: plain,
  });
  return { ...countVitest(JSON.parse(readFileSync(file, 'utf8'))), ok: code === 0 };
}

/** Whether the stages of Rust have built native kernels. */
const hasNative = () => !skipRust && ownLevels().length > 0;

/** A few kills; `npm run crash-test` does 200. Where both kinds of kernels are, they take turns. */
async function crashes() {
  const totals = await crashTest({ kills: 10, seed: 1, backends: hasNative() ? ['wasm', 'native'] : ['wasm'] });
  console.log(crashReport(totals));
  return { passed: totals.runs, failed: totals.losses.length, skipped: 0 };
}

/** Four cells; `npm run terminal-test` has them all. Each counts as a test. */
async function terminals() {
  return terminalCounts(await terminalTest('short', (row) => console.log(terminalRow(row))));
}

/** A short one: the committed inputs, then new ones, the same every time. Each target counts as a test. */
async function fuzzing() {
  const rows = await fuzz(targetNames, { seed: 1, seconds: 1.5 }, 2);
  const failed = rows.filter((row) => row.findings > 0).length;
  return { passed: rows.length - failed, failed, skipped: 0 };
}

async function scriptTests() {
  const testsIn = (folder) => readdirSync(join(root, folder)).map((name) => join(folder, name));
  const files = ['scripts', join('test', 'fuzz')].flatMap(testsIn).filter((name) => name.endsWith('.test.mjs'));
  const args = ['--test', '--test-reporter=tap', ...files];
  const { code, text } = await run(process.execPath, args, { quiet: true, env: plain });
  const counts = countNode(text);
  console.log(code === 0 ? `${counts.passed} tests of the scripts passed` : text);
  return { ...counts, ok: code === 0 };
}

/** A part of npm run verify. */
async function fixedRun(args) {
  const code = await verify(args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** For tests of engines on native kernels, too. */
async function nativeKernels() {
  if (ownLevels().length > 0) return buildNative({ profile: 'quick' });
  console.log('Not built: native kernels are not made for this platform.');
}

/** Some seconds of npm run fuzz:native, always the same. */
async function hostileCalls() {
  if (ownLevels().length === 0) return { passed: 0, failed: 0, skipped: 1 };
  fuzzNative({ seconds: 1, processes: 3, seed: 1 });
  return { passed: 1, failed: 0, skipped: 0 };
}

/** Every level of instructions that this processor has. */
async function nativeRun() {
  const hosts = ownLevels().map((level) => `native-${level}`);
  if (hosts.length > 0)
    return fixedRun(['--hosts', `${hosts}`, '--builds', 'threads', '--threads', '1,3', '--workers', '0', '--quiet']);
  return { passed: 0, failed: 0, skipped: 1 };
}

async function rustStages() {
  if (skipRust) {
    console.log('\n== Rust: skipped, because KESTIRME_SKIP_RUST is 1');
    stages.push({ name: 'Rust', ok: true, counts: { passed: 0, failed: 0, skipped: 1 }, seconds: 0 });
    return;
  }
  if (findNativeCargo() === undefined && !(await stage('Rust toolchain', bringNativeCargo))) return;
  const rust = findNativeCargo();
  const env = { ...plain, ...rust.env };
  const lint = ['--all-targets', '--locked', '--', '-D', 'warnings'];
  await stage('cargo fmt', () => command(rust.cargo, ['fmt', '--all', '--check'], env));
  await stage('cargo clippy', () => command(rust.cargo, ['clippy', '--workspace', ...lint], env));
  await stage('cargo clippy, one thread', () =>
    command(rust.cargo, ['clippy', '-p', 'kestirme-kernels', '--no-default-features', ...lint], env),
  );
  for (const crate of ownWorkspaces) {
    const manifest = ['--manifest-path', join('crates', crate, 'Cargo.toml')];
    await stage(`cargo fmt and clippy, ${crate}`, async () => {
      await command(rust.cargo, ['fmt', ...manifest, '--check'], env);
      await command(rust.cargo, ['clippy', ...manifest, '--target-dir', join('target', crate), ...lint], env);
    });
  }
  await stage('cargo test', () =>
    cargoTest(rust, ['--workspace', '--exclude', 'kestirme-wasm', '--no-fail-fast'], env),
  );
  await stage('cargo test, images', () => {
    const manifest = join('crates', 'images', 'Cargo.toml');
    return cargoTest(rust, ['--manifest-path', manifest, '--target-dir', join('target', 'images')], env);
  });
  await stage('recorded bits on the highest instruction set', async () => {
    const passed = await testLevels({ bits: true, quiet: true });
    return { passed, failed: 0, skipped: 0 };
  });
  await stage('native kernels', nativeKernels);
  await stage('hostile calls of native kernels', hostileCalls);
  await stage('the fixed run on native kernels', nativeRun);
  await stage('operations of a training step', async () => {
    await checkOperations();
    return { passed: 1, failed: 0, skipped: 0 };
  });
}

/** Of WebAssembly, as others build native code meanwhile. */
async function wasmStages() {
  await stage('Chromium', chromium);
  await stage('the fixed run in Node', () =>
    fixedRun(['--hosts', 'node', '--threads', '1,2,7', '--workers', '0,3', '--quiet']),
  );
  await stage('engines, aborts and steps in one process', () =>
    command(process.execPath, [...soakFlags, '--backend', 'wasm']),
  );
  await stage('terminals while training', terminals);
  await stage('scripts', scriptTests);
}

async function killStages() {
  await stage('kills while training', crashes);
  if (!hasNative()) return;
  const short = ['--engines', '24', '--aborts', '2', '--steps', '0', '--backend', 'native'];
  await stage('engines and aborts on native kernels', () => command(process.execPath, [...soakFlags, ...short]));
}

/** As in package.json. */
const soakFlags = ['--expose-gc', '--max-semi-space-size=1', join('scripts', 'soak.mjs')];

await runScript(async () => {
  const begin = performance.now();
  if (await stage('packages', bootstrap)) {
    await stage('WebAssembly manifest', wasmManifest);
    await stage('types', compile);
    const biome = [packageBin('@biomejs', 'biome', 'bin', 'biome'), 'check', '.'];
    await stage('format and lint', () => command(process.execPath, biome));
    await stage('imports, names, sizes', imports);
    await stage('exactness', exactness);
    await Promise.all([rustStages(), wasmStages()]);
    await stage('vitest', vitest);
    await Promise.all([killStages(), stage('published packages', testPackages)]);
    await stage('fuzzing', fuzzing);
  }
  console.log('');
  for (const { name, ok, seconds } of stages) {
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  }
  console.log(`${((performance.now() - begin) / 1000).toFixed(1).padStart(14)} s  in all`);
  const { line, failed } = totalLine(stages);
  console.log(line);
  return failed > 0 ? 1 : 0;
});

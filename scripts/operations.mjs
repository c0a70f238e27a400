// npm run operations: counts the instructions that the kernels of training steps and of an inference execute and compares
// them with test/operations.json. Unlike times they do not depend on the machine. --update writes the file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from './build.mjs';
import { isMain, mustRun, root, runScript, ScriptError, windows } from './process.mjs';
import { bringNativeCargo, findNativeCargo } from './toolchain.mjs';

const file = join(root, 'test', 'operations.json');
const wasmFile = join(root, 'packages', 'core', 'wasm', 'single', 'kestirme_wasm_bg.wasm');
const crate = join(root, 'crates', 'opcount', 'Cargo.toml');
const program = join(root, 'packages', 'bench', 'dist', 'micro', 'operations.js');
const targetFolder = join(root, 'target', 'opcount');

/** Growth that a change has to explain: of a network's step, and of one kernel in it. */
export const limits = { step: 0.05, kernel: 0.1 };
/** Kernels below this share of a step are not judged: nobody can feel them. */
const negligible = 0.001;

/** @typedef {{network: string, kernel: string, layer: string, instructions: number}} Counted */

/** Instructions of a step by network, and by kernel in it. @param {Counted[]} kernels */
export function totals(kernels) {
  const networks = {};
  for (const { network, kernel, instructions } of kernels) {
    networks[network] ??= { step: 0, kernels: {} };
    networks[network].step += instructions;
    networks[network].kernels[kernel] = (networks[network].kernels[kernel] ?? 0) + instructions;
  }
  return networks;
}

const millions = (instructions) => `${(instructions / 1e6).toFixed(3)} M`;
const percent = (share) => `${share >= 0 ? '+' : ''}${(100 * share).toFixed(2)} %`;

/**
 * What changed, a line for each, and which of it is too much.
 * @param {Counted[]} before @param {Counted[]} after
 */
export function compare(before, after) {
  const lines = [];
  const problems = [];
  const judge = (name, old, now, limit) => {
    const growth = now / old - 1;
    const line = `${name}: ${millions(old)} to ${millions(now)} instructions, ${percent(growth)}`;
    if (growth !== 0) lines.push(line);
    if (growth > limit) problems.push(`${line}; more than ${100 * limit} % needs a reason`);
  };
  const [old, now] = [totals(before), totals(after)];
  for (const network of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (old[network] === undefined || now[network] === undefined) {
      problems.push(`${network} is ${old[network] === undefined ? 'new' : 'gone'}`);
      continue;
    }
    judge(`${network}, a step`, old[network].step, now[network].step, limits.step);
    for (const kernel of new Set([...Object.keys(old[network].kernels), ...Object.keys(now[network].kernels)])) {
      const [was = 0, is = 0] = [old[network].kernels[kernel], now[network].kernels[kernel]];
      const name = `${network}, ${kernel}`;
      if (was === 0) lines.push(`${name}: new, ${millions(is)} instructions`);
      else if (is === 0) lines.push(`${name}: gone, ${millions(was)} instructions`);
      else judge(name, was, is, is < negligible * now[network].step ? Number.POSITIVE_INFINITY : limits.kernel);
    }
  }
  return { lines, problems };
}

/** Builds what counts, and counts. @returns {Promise<Counted[]>} */
async function count() {
  await bringNativeCargo();
  const { cargo, env } = findNativeCargo();
  const args = ['build', '--release', '--locked', '--quiet', '--manifest-path', crate, '--target-dir', targetFolder];
  await mustRun(cargo, args, { env: { ...process.env, ...env } });
  const opcount = join(targetFolder, 'release', `kestirme-opcount${windows ? '.exe' : ''}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, opcount, wasmFile], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new ScriptError(`The instructions could not be counted.\n${stderr}`);
  return JSON.parse(stdout);
}

const hashOfWasm = () => createHash('sha256').update(readFileSync(wasmFile)).digest('hex');

/** The file, and back: kernels by name and layer, in their order. @param {Counted[]} kernels */
export function toText(kernels, wasmSha256) {
  const networks = Object.entries(totals(kernels)).map(([network, { step }]) => {
    const own = kernels.filter((one) => one.network === network);
    const rows = own.map(({ kernel, layer, instructions }) => `        "${kernel}: ${layer}": ${instructions}`);
    const head = `    "${network}": {\n      "step": ${step},\n      "kernels": {\n`;
    return `${head}${rows.join(',\n')}\n      }\n    }`;
  });
  return `{\n  "wasmSha256": "${wasmSha256}",\n  "networks": {\n${networks.join(',\n')}\n  }\n}\n`;
}

/** @returns {{wasmSha256: string, kernels: Counted[]}} */
export function fromText(text) {
  const { wasmSha256, networks } = JSON.parse(text);
  const kernels = Object.entries(networks).flatMap(([network, { kernels: own }]) =>
    Object.entries(own).map(([name, instructions]) => {
      const [kernel, layer] = name.split(': ');
      return { network, kernel, layer, instructions };
    }),
  );
  return { wasmSha256, kernels };
}

/** Whether the step's work is within the limits; says what changed. Needs what `compile` makes. */
export async function checkOperations() {
  if (!existsSync(file)) throw new ScriptError('test/operations.json is missing. Run npm run operations -- --update.');
  const recorded = fromText(readFileSync(file, 'utf8'));
  const kernels = await count();
  const { lines, problems } = compare(recorded.kernels, kernels);
  for (const line of lines) console.log(line);
  for (const [network, { step }] of Object.entries(totals(kernels)))
    console.log(`${network}: ${millions(step)} a step`);
  if (problems.length > 0) {
    throw new ScriptError(
      `A step does more work than test/operations.json records:\n${problems.join('\n')}\n` +
        'If that is meant, run npm run operations -- --update, commit the file and say why.',
    );
  }
  if (recorded.wasmSha256 !== hashOfWasm() && lines.length > 0) {
    console.log('Other WebAssembly than counted before: npm run operations -- --update records these counts.');
  }
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await compile();
    if (!process.argv.includes('--update')) return checkOperations();
    const before = existsSync(file) ? fromText(readFileSync(file, 'utf8')).kernels : [];
    const kernels = await count();
    writeFileSync(file, toText(kernels, hashOfWasm()));
    for (const line of compare(before, kernels).lines) console.log(line);
    console.log(`Wrote the counts of ${kernels.length} kernels to test/operations.json.`);
  });
}

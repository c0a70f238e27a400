// npm run test:levels: the tests of the kernels on every instruction set that this machine has, and on arrays in place of
// vectors. --bits runs only those that compare bits with the recorded ones, and only on the highest set, where it is not the
// default one; --levels avx2,portable runs some of them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isMain, mustRun, root, runScript, ScriptError } from './process.mjs';
import { bringNativeCargo, findNativeCargo } from './toolchain.mjs';

/** By architecture, lowest first: the processor that a build is for, and what rustc calls what it must have. */
const levels = {
  x64: [
    { name: 'sse2', cpu: 'x86-64', feature: 'sse2' },
    { name: 'avx2', cpu: 'x86-64-v3', feature: 'avx2' },
    { name: 'avx512', cpu: 'x86-64-v4', feature: 'avx512vl' },
  ],
  arm64: [{ name: 'neon', cpu: 'generic', feature: 'neon' }],
};

const portable = { name: 'portable', args: ['--features', 'portable'] };

/** The instruction sets that this processor has, as rustc sees it. */
function featuresHere(rustc, env) {
  const { stdout, status } = spawnSync(rustc, ['--print', 'cfg', '-Ctarget-cpu=native'], { encoding: 'utf8', env });
  if (status !== 0) throw new ScriptError(`${rustc} does not say what this processor has.`);
  return new Set([...stdout.matchAll(/^target_feature="(.*)"$/gm)].map(([, name]) => name));
}

/** The levels of this machine, lowest first, and the portable one. */
export function levelsOf(arch, features) {
  return [...(levels[arch] ?? []).filter(({ feature }) => features.has(feature)), portable];
}

/** Runs the tests on some levels. @param {{bits?: boolean, names?: string[], quiet?: boolean}} options */
export async function testLevels({ bits = false, names, quiet = false } = {}) {
  await bringNativeCargo();
  const { cargo, env: added } = findNativeCargo();
  const env = { ...process.env, ...added };
  const here = levelsOf(process.arch, featuresHere('rustc', env));
  const missing = names?.filter((name) => !here.some((level) => level.name === name)) ?? [];
  if (missing.length > 0) {
    throw new ScriptError(`No level ${missing.join(', ')} here; there are ${here.map(({ name }) => name).join(', ')}.`);
  }
  // The first is what all other tests of the crate run on; those between are in the fixed run on native kernels.
  const highest = here.findLast(({ cpu }, place) => place > 0 && cpu !== undefined);
  const chosen = here.filter((level) => names?.includes(level.name) ?? (!bits || level === highest));
  for (const { name, cpu, args = [] } of chosen) {
    console.log(`\n== ${name}`);
    const test = bits ? ['--test', 'levels'] : ['--no-fail-fast'];
    const folder = ['--target-dir', join(root, 'target', 'levels', name)];
    const all = ['test', '--quiet', '--locked', '-p', 'kestirme-kernels', ...args, ...folder, ...test];
    const flags = cpu === undefined ? {} : { RUSTFLAGS: `-Ctarget-cpu=${cpu}` };
    await mustRun(cargo, all, { env: { ...env, ...flags }, quiet });
  }
  console.log(`\nTested on ${chosen.map(({ name }) => name).join(', ')}.`);
  return chosen.length;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const given = process.argv.slice(2);
    const list = given.indexOf('--levels');
    const names = list < 0 ? undefined : given[list + 1]?.split(',');
    await testLevels({ bits: given.includes('--bits'), names });
  });
}

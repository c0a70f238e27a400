// npm run verify: the fixed training run of `kestirme verify` in Node, in Chromium and on native kernels of every level
// of instructions, in every combination of threads, builds and loader workers. Further arguments go to the command: npm run verify -- --hosts node --threads 1
import { build } from './build.mjs';
import { buildNative, ownLevels, processorLevels } from './build-native.mjs';
import { bringChromium } from './chromium.mjs';
import { isMain, runScript } from './process.mjs';

/** A host for each level of instructions that native kernels have here; they are built when the first cell is to run. */
async function openNativeHosts(CannotRun) {
  const { nativeHost } = await import('../test/dist/verify/nativeHost.js');
  const built = {};
  const ready = (level) => {
    built[level] ??= buildNative({ levels: [level], profile: 'quick', say: () => {} }).catch((error) => {
      throw new CannotRun(`the native kernels cannot be built here: ${error.message}`);
    });
    return built[level];
  };
  const levels = ownLevels();
  const [lowest] = levels;
  return levels.map((simd) =>
    nativeHost(simd, async () => {
      await ready(lowest);
      if (!processorLevels().includes(simd)) throw new CannotRun(`this processor has no ${simd}`);
      await ready(simd);
    }),
  );
}

/** Chromium's cells; the browser is looked for when the first of them is to run. */
async function openChromiumHost() {
  const { chromiumHost } = await import('../test/dist/browser/chromiumHost.js');
  let host;
  return {
    name: 'chromium',
    async run(cell) {
      host ??= chromiumHost(await bringChromium());
      return host.run(cell);
    },
    close: async () => host?.close(),
  };
}

/** Runs the command over all hosts there are; needs what `compile` makes. @returns its exit code */
export async function verify(args) {
  const { nodeHost, processTerminal, runProgram, verifyCommandOf } = await import('@kestirme/cli');
  const { CannotRun } = await import('@kestirme/cli/verify');
  const hosts = [nodeHost, await openChromiumHost(), ...(await openNativeHosts(CannotRun))];
  return runProgram(['verify', ...args], processTerminal(), [verifyCommandOf(hosts)]);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    return verify(process.argv.slice(2));
  });
}

// npm run verify: the fixed training run of `kestirme verify` in Node, in Chromium and on native kernels, in every
// combination of threads, builds and loader workers. Further arguments go to the command: npm run verify -- --hosts node --threads 1
import { build } from './build.mjs';
import { buildNative, nativeAddon } from './build-native.mjs';
import { bringChromium } from './chromium.mjs';
import { isMain, runScript } from './process.mjs';

/** Native cells; each build of the addon is made when its first cell is to run. */
async function openNativeHost(CannotRun) {
  const { nativeHost } = await import('../test/dist/verify/nativeHost.js');
  const host = nativeHost(nativeAddon);
  const built = {};
  return {
    ...host,
    async run(cell) {
      built[cell.build] ??= buildNative(cell.build).catch((error) => {
        throw new CannotRun(`the native kernels cannot be built here: ${error.message}`);
      });
      await built[cell.build];
      return host.run(cell);
    },
  };
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
  const hosts = [nodeHost, await openChromiumHost(), await openNativeHost(CannotRun)];
  return runProgram(['verify', ...args], processTerminal(), [verifyCommandOf(hosts)]);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    return verify(process.argv.slice(2));
  });
}

// npm run verify:browsers: the fixed training run of `kestirme verify` in browsers that Playwright brings. First, where its
// servers can be reached: npx playwright-core install --with-deps chromium firefox webkit
import { build } from './build.mjs';
import { isMain, runScript } from './process.mjs';

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    const { playwrightHost } = await import('../test/dist/browser/chromiumHost.js');
    const { processTerminal, runProgram, verifyCommandOf } = await import('@kestirme/cli');
    const hosts = ['chromium', 'firefox', 'webkit'].map(playwrightHost);
    return runProgram(['verify', ...process.argv.slice(2)], processTerminal(), [verifyCommandOf(hosts)]);
  });
}

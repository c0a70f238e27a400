// npm run test:bundlers: examples/page from packed packages, by every bundler in full and on Vite's development server, in
// Chromium. npm run test:package has the short of it.
import { rmSync } from 'node:fs';
import { build } from './build.mjs';
import { Checks } from './checks.mjs';
import { pack } from './pack.mjs';
import { makeConsumer } from './package-consumer.mjs';
import { tryPages } from './package-pages.mjs';
import { isMain, runScript } from './process.mjs';

if (isMain(import.meta.url)) {
  await runScript(async () => {
    await build();
    const checks = new Checks();
    // Pages have no native code.
    const packed = (await pack()).filter(({ platform }) => !platform);
    const { dir } = await makeConsumer(packed);
    try {
      await tryPages(checks, dir, { inFull: true });
    } finally {
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    }
    const { passed, failed, skipped } = checks.counts;
    console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
    return failed > 0 ? 1 : 0;
  });
}

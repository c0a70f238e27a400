// Finds, or brings, the browser that the tests in pages and `npm run verify` use: Debian's Chromium.
import { readFileSync } from 'node:fs';
import { aptInstall } from './apt.mjs';
import { isMain, runScript } from './process.mjs';

const patience = 180_000;

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * The browser's file; installed first where it is missing and this is Debian and root. Undefined, after saying so in
 * plain words, where there is none. Needs the compiled tests.
 */
export async function bringChromium() {
  const { findChromium, howToGetChromium } = await import('../test/dist/browser/executable.js');
  let file = findChromium();
  const skipped = process.env.KESTIRME_SKIP_CHROMIUM === '1';
  if (file === undefined && !skipped && isDebian() && process.getuid?.() === 0) {
    await aptInstall(['chromium'], { patience });
    file = findChromium();
  }
  if (file !== undefined) return file;
  const why = skipped ? 'KESTIRME_SKIP_CHROMIUM is 1' : `there is no Chromium here: ${howToGetChromium}`;
  console.log(`What needs Chromium is not run: ${why}.`);
  return undefined;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const file = await bringChromium();
    if (file !== undefined) console.log(file);
  });
}

// npm run test:packaged: the packaged application itself, driven by Playwright. Trains some steps in a utility process, stops and
// resumes from the page, trains in a window that is isolated and in the main process, and quits while it trains.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';

const patience = 120_000;
const out = fileURLToPath(new URL('../out', import.meta.url));
const userData = mkdtempSync(join(tmpdir(), 'kestirme-electron-'));

/** The program that electron-builder made for this system. */
function executable() {
  const folder = join(out, readdirSync(out).find((name) => /^(linux|win|mac)/.test(name) && !name.includes('.')) ?? '');
  const app = join(folder, 'Kestirme example.app', 'Contents', 'MacOS', 'Kestirme example');
  if (process.platform === 'darwin') return app;
  return join(folder, process.platform === 'win32' ? 'Kestirme example.exe' : 'kestirme-electron-example');
}

async function launch() {
  // Without Chromium's sandbox on Linux: runners of CI lack the rights that its helper needs.
  const args = [`--user-data-dir=${userData}`, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])];
  const app = await _electron.launch({ executablePath: executable(), args, timeout: patience });
  const choose = (id) =>
    app.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu().getMenuItemById(wanted).click(), id);
  const page = await app.firstWindow();
  page.setDefaultTimeout(patience);
  return { app, page, choose };
}

async function until(what, check) {
  for (const end = Date.now() + patience; ; await setTimeout(100)) {
    if (await check()) return;
    assert(Date.now() < end, `waited too long until ${what}`);
  }
}

let runs = '';
const has = (run, file) => existsSync(join(runs, run, file));
const button = (page, name) => page.getByRole('button', { name });

try {
  const first = await launch();
  runs = join(await first.app.evaluate(({ app }) => app.getPath('userData')), 'runs');
  assert.equal(await first.page.evaluate(() => crossOriginIsolated), true, 'the page of the runs is not isolated');
  await first.choose('new run');
  await until('steps are done', () => has('run-0001', 'steps.jsonl'));
  await button(first.page, 'Stop with a checkpoint').click();
  await button(first.page, 'Resume').click();
  await button(first.page, 'Stop with a checkpoint').waitFor();
  console.log('ok  a utility process trains, stops and goes on');

  const opened = first.app.waitForEvent('window');
  await first.choose('playground');
  const playground = await opened;
  assert.equal(await playground.evaluate(() => crossOriginIsolated), true, 'the playground is not isolated');
  assert.equal(await playground.evaluate(() => typeof globalThis.require), 'undefined');
  await playground.locator('#step').click({ timeout: patience });
  await playground.locator('#numbers tbody td').first().getByText('1').waitFor({ timeout: patience });
  console.log('ok  a window is isolated, and trains');

  await first.choose('main process');
  await button(first.page, 'Resume').click();
  await button(first.page, 'Stop with a checkpoint').waitFor();
  console.log('ok  the main process goes on with the run');
  await first.app.close();
  assert(has('run-0001', 'checkpoint.safetensors'), 'quitting left no checkpoint');
  assert(!has('run-0001', 'run.lock'), 'quitting did not wait for the checkpoint');

  const second = await launch();
  await button(second.page, 'Resume').click();
  await button(second.page, 'Stop with a checkpoint').waitFor();
  await second.app.close();
  assert(!has('run-0001', 'run.lock'), 'quitting did not wait for the checkpoint of the utility process');
  console.log('ok  quitting waits for the checkpoint, from which the next start goes on');
} finally {
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
}

/** examples/electron without Electron: packed, its main part in Node over a stand-in for Electron, its pages in Chromium. */

import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromRuns, LiveEvents, ToRuns } from '@kestirme/dashboard';
import { fixedSetting, linkOf } from '@kestirme/dashboard/playground';
import { chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { findChromium } from './browser/executable.js';
import { FakeElectron } from './electron/fakeElectron.js';
import { contentsOf, packApplication, unfold } from './electron/packed.js';
import type { Port } from './electron/ports.js';
import { Windows } from './electron/window.js';

const patience = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'kestirme-electron-'));
const runsPage = 'app://kestirme/live/index.html';
const tiny = { limit: '40,10', batch: 10, model: 'mlp', widths: '12,8', timeSteps: 1, threads: 1 } as const;
const recipe = { ...tiny, epochs: 24 };

let contents: ReturnType<typeof contentsOf>;
let startApplication: (electron: FakeElectron, settings: { recipe: object; patience: number }) => void;

beforeAll(async () => {
  const archive = await packApplication(join(folder, 'packed'));
  contents = contentsOf(archive);
  // Electron reads the archive as if it were a folder; for Node it is made one.
  const inside = join(folder, 'app.asar');
  unfold(archive, inside);
  renameSync(`${archive}.unpacked`, `${inside}.unpacked`);
  ({ startApplication } = await import(pathToFileURL(join(inside, 'dist', 'main', 'application.js')).href));
}, patience);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const started: FakeElectron[] = [];
afterEach(() => {
  for (const { children } of started.splice(0)) for (const child of children) child.process.kill('SIGKILL');
});

/** Starts the application whose folder has this name. */
async function start(name: string, settings = { recipe: recipe as object, patience }) {
  const electron = new FakeElectron(join(folder, name));
  started.push(electron);
  startApplication(electron, settings);
  await vi.waitFor(() => expect(electron.windows.map(({ url }) => url)).toEqual([runsPage]), patience);
  return electron;
}

/** Looks on as a page does. */
async function look(electron: FakeElectron) {
  const port: Port = await electron.connect(runsPage);
  let runs: LiveEvents['runs'] | null = null;
  const closed = new Promise<void>((resolve) => port.on('close', resolve));
  port.on('message', ({ data }) => {
    const message = data as FromRuns;
    if (message.kind === 'event' && message.name === 'runs') runs = message.event as LiveEvents['runs'];
  });
  port.start();
  const say = (message: ToRuns) => port.postMessage(message);
  say({ kind: 'listen' });
  const until = (check: (runs: LiveEvents['runs']) => void) =>
    vi.waitFor(() => check(runs ?? expect.fail('nothing was told')), { timeout: patience, interval: 20 });
  return {
    until,
    untilIn: (session: LiveEvents['runs']['session']) => until((one) => expect(one.session).toBe(session)),
    untilClosed: () => closed,
    wish: (wish: 'stop' | 'resume') => say({ kind: 'wish', number: 0, wish }),
  };
}

const hasNative = () => contents.beside.some((file) => file.endsWith('.node'));

const weights = (dir: string) => JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')).weightsSha256;

/** Resolves when the run has done another step. */
async function moreSteps(dir: string): Promise<void> {
  const size = () => statSync(join(dir, 'steps.jsonl'), { throwIfNoEntry: false })?.size ?? 0;
  const before = size();
  await vi.waitFor(() => expect(size()).toBeGreaterThan(before), { timeout: patience, interval: 5 });
}

test('the archive has the application; threads, WebAssembly, data and native code lie beside it, as do all that import them', () => {
  const { inside, beside } = contents;
  expect(inside).toContain('dist/main/main.js');
  expect(inside).toContain('dist/preload/preload.cjs');
  expect(inside.filter((file) => !/^(package\.json|dist\/(main|preload)\/\w+\.c?js)$/.test(file))).toEqual([]);
  for (const file of [
    'dist/training/process.mjs',
    'node_modules/kestirme/dist/engine/engineWorker.js',
    'node_modules/kestirme/dist/threads/poolWorker.js',
    'node_modules/kestirme/wasm/threads/kestirme_wasm_bg.wasm',
    'node_modules/kestirme/wasm/single/kestirme_wasm_bg.wasm',
    'node_modules/@kestirme/datasets/dist/loader/fillWorker.js',
    'node_modules/@kestirme/native/platforms.json',
    'node_modules/@kestirme/dashboard/dist/pages/live/index.html',
    'node_modules/@kestirme/dashboard/dist/pages/playground/index.html',
  ]) {
    expect(beside).toContain(file);
  }
  expect(beside.some((file) => file.startsWith('node_modules/@kestirme/datasets/data/'))).toBe(true);
});

test('trains in a utility process, whose death takes nothing with it; quitting waits for the checkpoint; the bits are those of a run at one go', async () => {
  const [one, other] = ['run-0001', 'run-0002'].map((name) => join(folder, 'user', 'runs', name)) as [string, string];
  // Begun on native code where that is there, and gone on with on WebAssembly.
  const backend = hasNative() ? 'native' : 'wasm';
  const first = await start('user', { recipe: { ...recipe, backend }, patience });
  expect(first.windows[0]?.options.webPreferences).toMatchObject({ contextIsolation: true, sandbox: true });
  expect(first.schemes[0]).toMatchObject({ scheme: 'app', privileges: { standard: true, secure: true } });
  // A page that does not show runs is told nothing.
  first.ipcMain.emit('kestirme:connect', { sender: {}, senderFrame: { url: 'app://kestirme/playground/index.html' } });
  expect(first.children).toEqual([]);

  const page = await look(first);
  first.choose('new run');
  await moreSteps(one);
  await first.quit();
  const files = readdirSync(one);
  expect(files).toContain('checkpoint.safetensors');
  // A process that was killed leaves the first, and one that went on to its end the second.
  expect(files).not.toContain('run.lock');
  expect(files).not.toContain('result.json');
  await page.untilClosed();

  const second = await start('user');
  const killed = await look(second);
  await killed.untilIn('stopped');
  killed.wish('resume');
  await moreSteps(one);
  second.children[0]?.process.kill('SIGKILL');
  await killed.untilClosed();

  // From the menu, the main process trains: this run to its end, and the same at one go.
  second.choose('main process');
  const inMain = await look(second);
  await inMain.untilIn('stopped');
  inMain.wish('resume');
  await inMain.untilIn('ended');
  second.choose('new run');
  await inMain.until(({ runs }) => expect(runs[1]?.state).toBe('finished'));
  expect(weights(one)).toBe(weights(other));
  expect(second.children).toHaveLength(1);
  await second.quit();
  await inMain.untilClosed();
  expect(first.errors).toEqual([]);
  expect(second.errors).toEqual([expect.stringContaining('The run can be resumed')]);
});

test('quitting waits for a process that does not answer no longer than it says', async () => {
  const electron = await start('silent', { recipe, patience: 20 });
  const silent = Object.assign(new EventEmitter(), { postMessage: vi.fn(), kill: vi.fn() });
  Object.assign(electron.utilityProcess, { fork: () => silent });
  electron.choose('new run');
  await electron.quit();
  expect(silent.postMessage.mock.calls.map(([message]) => message)).toMatchObject([
    { kind: 'open' },
    { kind: 'begin' },
    { kind: 'stop' },
  ]);
});

const executable = findChromium();

test.skipIf(executable === undefined)(
  'in Chromium: the runs through a port, stopped and resumed; training in the window, on threads',
  async () => {
    // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
    const browser = await chromium.launch({ executablePath: executable as string, args: ['--no-sandbox'] });
    const electron = await start('window', { recipe: { ...recipe, epochs: 5000 }, patience });
    const windows = new Windows(browser, electron);
    try {
      electron.choose('main process');
      const { page, complaints } = await windows.open(runsPage);
      page.setDefaultTimeout(patience);
      const button = (name: string) => page.getByRole('button', { name });
      electron.choose('new run');
      await page.locator('ul.legend li').waitFor();
      await button('Stop with a checkpoint').click();
      await button('Resume').waitFor();
      expect(await page.locator('header').textContent()).toContain('stopped, with a checkpoint');
      await button('Resume').click();
      // Asked for, and answered.
      await page.locator('table.confusion td.right').first().waitFor();
      await electron.quit();
      await page.getByText('The program has ended, or is out of reach').waitFor();
      expect(complaints).toEqual([]);

      electron.choose('playground');
      const playground = electron.windows.at(-1)?.url ?? '';
      const window = await windows.open(`${playground}#${linkOf(fixedSetting)}`);
      expect(await window.page.evaluate(() => crossOriginIsolated)).toBe(true);
      await window.page.click('#step', { timeout: patience });
      await window.page.locator('#numbers tbody td').first().getByText('1').waitFor({ timeout: patience });
      expect(await window.page.locator('#machine').textContent()).toMatch(/thread/);
      expect(window.complaints).toEqual([]);
    } finally {
      await browser.close();
      await windows.close();
    }
  },
);

/** The playground: what Node and the program compute, Chromium shows; its buttons, its link, its digit. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  commandOf,
  type FromTrainer,
  fixedHashes,
  fixedSetting,
  linkOf,
  settingOfLink,
  Trainer,
} from '@kestirme/dashboard/playground';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violations } from './browser/accessibility.js';
import { findChromium, howToGetChromium } from './browser/executable.js';
import { tasksDuring } from './browser/longestTask.js';
import { type FolderServer, serveFolder } from './browser/server.js';

/** Tests run in the folder of the workspace. */
const workspace = process.cwd();
const folder = join(workspace, 'packages/dashboard/dist/pages/playground');
const executable = findChromium();
if (executable === undefined)
  console.warn(`The playground is not tested in Chromium, for there is none: ${howToGetChromium}.`);
const patience = 180_000;

/** The hashes of a setting's networks, by the page's own trainer in this process. */
async function hashesInNode(): Promise<string[]> {
  const hashes: string[] = [];
  let trainer: Trainer | null = null;
  try {
    return await new Promise((resolve, reject) => {
      const hear = (news: FromTrainer) => {
        if (news.kind === 'prepared') trainer?.hear({ kind: 'run' });
        if (news.kind === 'failed') reject(new Error(news.message));
        if (news.kind !== 'finished') return;
        hashes[news.lane] = news.weightsSha256;
        if (Object.keys(hashes).length === 2) resolve(hashes);
      };
      trainer = new Trainer({ threads: 2, atOnce: 1, build: 'threads' }, hear);
      trainer.hear({ kind: 'prepare', run: 1, setting: fixedSetting });
    });
  } finally {
    await (trainer as Trainer | null)?.close();
  }
}

/** What the folder tells hosts to send. */
async function publishedHeaders(): Promise<Record<string, string>> {
  const [, ...lines] = (await readFile(join(folder, '_headers'), 'utf8')).trim().split('\n');
  return Object.fromEntries(
    lines.map((line) =>
      line
        .trim()
        .split(/: (.*)/)
        .slice(0, 2),
    ),
  );
}

const known = [fixedHashes.vanilla, fixedHashes.evolution];

test('the fixed setting ends with the weights that the page knows of', { timeout: patience }, async () => {
  expect(await hashesInNode()).toEqual(known);
});

test('the command that the page shows trains the same weights', { timeout: patience }, async () => {
  const out = await mkdtemp(join(tmpdir(), 'kestirme-playground-'));
  try {
    const [, , , ...options] = commandOf(fixedSetting, 'evolution').split(' ');
    const program = join(workspace, 'packages/cli/bin/kestirme.mjs');
    await promisify(execFile)(process.execPath, [program, 'train', ...options, '--out', join(out, 'run')]);
    const { weightsSha256 } = JSON.parse(await readFile(join(out, 'run', 'result.json'), 'utf8'));
    expect(weightsSha256).toBe(fixedHashes.evolution);
  } finally {
    await rm(out, { recursive: true });
  }
});

describe.skipIf(executable === undefined)('in Chromium', { timeout: patience }, () => {
  let browser: Browser;
  let isolated: FolderServer;
  let plain: FolderServer;

  beforeAll(async () => {
    // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
    browser = await chromium.launch({ executablePath: executable as string, args: ['--no-sandbox'] });
    isolated = await serveFolder(folder, false, await publishedHeaders());
    plain = await serveFolder(folder, false);
  }, patience);

  afterAll(async () => {
    await browser?.close();
    await isolated?.close();
    await plain?.close();
  }, patience);

  async function open(
    server: FolderServer,
    link: string,
    { phase = 'ready', ...options }: Parameters<Browser['newPage']>[0] & { phase?: string } = {},
  ) {
    const page = await browser.newPage(options);
    page.setDefaultTimeout(patience);
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(`${server.origin}/`)) complaints.push(`asks for ${request.url()}`);
    });
    page.on('console', (message) => {
      if (message.type() === 'warning' || message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${server.origin}/index.html#${link}`);
    await inPhase(page, phase);
    return { page, complaints };
  }

  const inPhase = (page: Page, phase: string) => page.waitForSelector(`body[data-phase=${phase}]`);
  const hashesOf = (page: Page) => page.locator('[data-hash]').allTextContents();
  const stepOf = async (page: Page) =>
    Number.parseInt((await page.locator('#numbers tbody td').first().textContent()) ?? '', 10);

  test('an isolated page steps, runs, pauses, ends with the weights of Node, says so, and begins anew', async () => {
    const { page, complaints } = await open(isolated, linkOf(fixedSetting));
    // The page draws its numbers in the frame after.
    await expect.poll(() => stepOf(page), { timeout: patience }).toBe(0);
    for (const step of [1, 2]) {
      await page.click('#step');
      await expect.poll(() => stepOf(page), { timeout: patience }).toBe(step);
    }
    const focused = () => page.evaluate(() => document.activeElement?.id);
    const tasks = await tasksDuring(browser, page, async () => {
      await page.press('#run', 'Enter');
      // A button that cannot be pressed any more would have lost the keyboard.
      await expect.poll(focused, { timeout: patience }).toBe('pause');
      await expect.poll(() => stepOf(page), { timeout: patience }).toBeGreaterThan(3);
      await page.click('#pause');
      await inPhase(page, 'paused');
      await page.click('#run');
      await inPhase(page, 'finished');
    });
    // How long they are is for npm run bench:playground.
    expect(tasks.count).toBeGreaterThan(20);
    expect(tasks.longest).toBeGreaterThan(0);
    expect(await hashesOf(page)).toEqual(known);
    expect(await page.locator('#hashes').textContent()).toMatch(/✓ the same as Node’s.*✓ the same as Node’s/);
    expect(await page.locator('#machine').textContent()).toContain('with threads');
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.locator('#charts .chart').first().press('End');
    expect(await page.locator('#charts .readout').first().textContent()).toMatch(/^Step 10: vanilla .*evolution /);
    await page.click('#reset');
    await inPhase(page, 'ready');
    // The page draws its numbers in the frame after.
    await expect.poll(() => stepOf(page), { timeout: patience }).toBe(0);
    expect(await hashesOf(page)).toEqual(['known after the last step', 'known after the last step']);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a host without headers gets threads by the service worker, and the same weights', async () => {
    const { page, complaints } = await open(plain, linkOf(fixedSetting));
    expect(await page.evaluate(() => globalThis.crossOriginIsolated)).toBe(true);
    await page.click('#run');
    await inPhase(page, 'finished');
    expect(await hashesOf(page)).toEqual(known);
    expect(await page.locator('#machine').textContent()).toContain('with threads');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('where service workers are refused, one thread comes to the same weights', async () => {
    const { page, complaints } = await open(plain, linkOf(fixedSetting), { serviceWorkers: 'block' });
    expect(await page.locator('#machine').textContent()).toContain('on one thread');
    await page.click('#run');
    await inPhase(page, 'finished');
    expect(await hashesOf(page)).toEqual(known);
    expect(complaints.filter((text) => !text.includes('Service Worker registration blocked'))).toEqual([]);
    await page.close();
  });

  /** Puts `code` before a script, or takes it away. */
  const spoil = (name: string, code: string | null) =>
    isolated.alter((path, bytes) => {
      if (!path.includes(`/${name}-`)) return bytes;
      return code === null ? null : Buffer.concat([Buffer.from(code), bytes]);
    });

  test('what a browser or host withholds is said in a sentence, and a reset begins anew', async () => {
    const refuse =
      'WebAssembly.Memory = class { constructor() { throw new RangeError("could not allocate memory"); } };';
    for (const [name, code, words] of [
      ['worker', null, /^Failed: the trainer's script could not be loaded\. Load the page anew\.$/],
      ['playground', null, /^Failed: .*playground-.*Load the page anew\.$/],
      [
        'index',
        'delete globalThis.WebAssembly;',
        /^Failed: this browser gives pages no WebAssembly.*Load the page anew/,
      ],
      ['engineWorker', refuse, /^Failed: .*no shared WebAssembly memory.*Close other pages, or choose less width/],
      ['engineWorker', null, /^Failed: .*engineWorker.*Reset begins anew/],
    ] as const) {
      spoil(name, code);
      const page = await browser.newPage();
      await page.goto(`${isolated.origin}/index.html#${linkOf(fixedSetting)}`);
      await expect.poll(() => page.locator('#status').textContent(), { timeout: patience }).toMatch(words);
      isolated.alter(null);
      if (words.source.includes('Reset')) {
        await page.click('#reset');
        await inPhase(page, 'ready');
      }
      await page.close();
    }
    const page = await browser.newPage();
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get() {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    await page.goto(`${plain.origin}/index.html#${linkOf(fixedSetting)}`);
    await expect.poll(() => page.locator('#machine').textContent(), { timeout: patience }).toContain('on one thread');
    await page.close();
  });

  test('a setting makes a link, a link a setting; what cannot be is said', async () => {
    const { page } = await open(isolated, 'depth=20&second=none&images=100&neuron=plif&depht=5');
    expect(await page.locator('#notice').textContent()).toContain('did you mean "depth"');
    expect(await page.locator('#setting-neuron').inputValue()).toBe('plif');
    expect(await page.locator('.lane').count()).toBe(1);
    await page.fill('#setting-timeSteps', '99');
    await page.locator('#setting-timeSteps').blur();
    expect(await page.locator('#note-timeSteps').textContent()).toContain('from 1 to 8');
    await page.fill('#setting-timeSteps', '3');
    await page.locator('#setting-timeSteps').blur();
    await inPhase(page, 'ready');
    const { setting, problems } = settingOfLink(new URL(page.url()).hash);
    expect(problems).toEqual([]);
    expect(setting).toMatchObject({ depth: '20', second: 'none', images: 100, neuron: 'plif', timeSteps: 3 });
    const crowd = Array.from({ length: 3000 }, (_, at) => `<b>${at}</b>=1`).join('&');
    await page.goto(`${isolated.origin}/index.html#depth=9e99&lr=NaN&seed=Infinity&neuron=<img src=x>&${crowd}`);
    await expect.poll(() => page.locator('#notice').textContent()).toMatch(/got "NaN".*; and 3000 more like these\.$/);
    expect(await page.locator('#notice *').count()).toBe(0);
    await inPhase(page, 'ready');
    await page.close();
  });

  test('a digit is drawn by pointer and by keys, and every head answers', async () => {
    const { page } = await open(isolated, linkOf(fixedSetting));
    const words = () => page.locator('#seen-words').textContent();
    await expect.poll(words).toContain('Test image 0');
    await page.locator('#pad').scrollIntoViewIfNeeded();
    const box = await page.locator('#pad').boundingBox();
    if (box === null) throw new Error('no drawing area');
    const ink = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('#seen');
        const data = canvas?.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? new Uint8ClampedArray();
        return data.reduce((sum, value, at) => sum + (at % 4 === 0 ? value : 0), 0);
      });
    await page.mouse.move(box.x + box.width / 2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 30, { steps: 5 });
    await page.mouse.up();
    await expect.poll(words).toContain('your drawing');
    const ofLine = await ink();
    expect(ofLine).toBeGreaterThan(0);
    await page.click('#clear');
    await page.focus('#pad');
    await page.keyboard.press('Space');
    for (let i = 0; i < 9; i++) await page.keyboard.press(i % 2 ? 'ArrowRight' : 'ArrowDown');
    await expect.poll(ink).not.toBe(ofLine);
    const rows = page.locator('.lane').nth(1).locator('.sure tbody tr');
    // A main head, and one behind each of the nine blocks but the last.
    expect(await rows.count()).toBe(9);
    for (const row of await rows.all()) {
      const shares = (await row.locator('td').allTextContents()).map(Number);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeGreaterThan(90);
    }
    await page.click('#another');
    await expect.poll(words).toContain('Test image 1');
    await page.close();
  });
});

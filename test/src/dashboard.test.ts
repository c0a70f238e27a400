/** The live page in Chromium, over a run that trains meanwhile: it moves, stops and resumes it, and changes no bit. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { violations } from './browser/accessibility.js';
import { Doorway } from './browser/doorway.js';
import { findChromium } from './browser/executable.js';

const executable = findChromium();
const patience = 180_000;
const program = join(dirname(fileURLToPath(import.meta.resolve('@kestirme/cli/package.json'))), 'bin', 'kestirme.mjs');
const epochs = 36;
const tiny = ['--limit', '20,10', '--batch', '10', '--width', '0.0625', '--T', '1', '--threads', '1'];
const small = [...tiny, '--epochs', `${epochs}`];

describe.skipIf(executable === undefined)('the live page in Chromium', { timeout: patience }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-live-'));
  const processes: ChildProcess[] = [];
  let browser: Browser;
  beforeAll(async () => {
    // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
    browser = await chromium.launch({ executablePath: executable as string, args: ['--no-sandbox'] });
  }, patience);
  afterAll(async () => {
    for (const one of processes) one.kill('SIGKILL');
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }, patience);

  /** Runs the program; `address`: of the page that it serves. */
  function start(...argv: string[]) {
    const child = spawn(process.execPath, [program, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
    processes.push(child);
    let said = '';
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const address = new Promise<string>((resolve, reject) => {
      const hear = (part: Buffer) => {
        said += part;
        const url = /dashboard: (\S+)/.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => reject(new Error(said)));
    });
    return { child, ended, address, said: () => said };
  }

  async function open(url: string, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, complaints };
  }

  const epochsOf = async (page: Page) =>
    Number.parseInt((await page.locator('table.runs td').nth(1).textContent()) ?? '', 10);
  const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: patience, interval: 50 });
  const weights = (dir: string) => JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8')).weightsSha256;

  test('moves while a run trains, stops and resumes it, is killed and opened again: the weights are those of a run without', async () => {
    const alone = start('train', ...small, '--out', join(folder, 'alone'), '--quiet');
    alone.address.catch(() => {});
    expect(await alone.ended).toBe(0);
    const dir = join(folder, 'watched');
    const run = start('train', ...small, '--out', dir, '--dashboard');
    const url = await run.address;
    // As the page asks for it: a run so small might be over before a page is open.
    const headers = { origin: new URL(url).origin };
    await until(async () => {
      expect((await fetch(`${url}stop`, { method: 'POST', headers })).status).toBe(200);
      expect(run.said()).toContain('stopped from the page, with a checkpoint');
    });
    const first = await open(url);
    const button = (page: Page, name: string) => page.getByRole('button', { name });
    await button(first.page, 'Resume').click({ timeout: patience });
    await button(first.page, 'Stop with a checkpoint').click({ timeout: patience });
    await button(first.page, 'Resume').waitFor({ timeout: patience });
    expect(await first.page.locator('header').textContent()).toContain('stopped, with a checkpoint');
    const stoppedAt = await epochsOf(first.page);
    expect(stoppedAt).toBeLessThan(epochs);
    expect(first.complaints).toEqual([]);
    await first.page.close();
    const second = await open(url);
    const chart = second.page.locator('.chart').first();
    await button(second.page, 'Resume').click({ timeout: patience });
    await until(async () => expect(await epochsOf(second.page)).toBeGreaterThan(stoppedAt));
    await until(async () => expect(await chart.getAttribute('aria-label')).toMatch(/: now evolution [\d.]+%\. /));
    // When the program ends, the page loses it, and says so.
    expect(second.complaints.filter((text) => !text.includes('net::ERR_'))).toEqual([]);
    // The page's end says nothing to the run; at the program's, a page that is there stays as it was.
    await second.page.close();
    expect(await run.ended).toBe(0);
    expect(weights(dir)).toBe(weights(join(folder, 'alone')));
    const steps = (name: string) => readFileSync(join(folder, name, 'steps.jsonl'), 'utf8');
    expect(steps('watched')).toBe(steps('alone'));
  });

  test('over finished runs: spikes, histograms, differences, tables, keys; nothing that its policy refuses', async () => {
    const server = start('dashboard', folder);
    const address = new URL(await server.address);
    const door = new Doorway(Number(address.port));
    await door.open();
    address.port = `${door.port}`;
    const { page, complaints } = await open(address.href);
    await page.locator('table.runs tbody tr').nth(1).waitFor({ timeout: patience });
    expect(await page.locator('ul.legend li').textContent()).toContain('2 seeds');
    await until(async () => expect(await page.locator('table.confusion td.right').count()).toBe(10));
    // The heat map by keys.
    const map = page.locator('.maps .chart').first();
    await until(async () => expect(await map.getAttribute('aria-label')).toContain(`by ${epochs} columns`));
    await map.focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator('.maps .readout').first().textContent()).toMatch(
      /^stem\.conv, epoch 2: [\d.×⁻¹²³⁴⁵⁶⁷⁸⁹⁰]+$/,
    );
    await page.locator('section[aria-label="Gradient histograms"] select').selectOption('stage2.block1.conv1.weight');
    const ridges = page.locator('section[aria-label="Gradient histograms"] .chart');
    await until(async () =>
      expect(await ridges.getAttribute('aria-label')).toMatch(/^Gradients of stage2\.block1\.conv1 over/),
    );
    await page.locator('.pictures button').first().click();
    await page.locator('.spikes .raster canvas').waitFor({ timeout: patience });
    await page.locator('.spikes figure').nth(20).waitFor({ timeout: patience });
    expect(await page.locator('.spikes figure').nth(2).locator('canvas').count()).toBe(1);
    await page.locator('section[aria-label="Configuration"] select').selectOption({ index: 1 });
    expect(await page.locator('section[aria-label="Configuration"] caption').textContent()).toBe(
      'The two runs have the same configuration.',
    );
    await page.getByText('As a table').first().click();
    await until(async () => expect(await page.locator('details.data[open] tbody tr').count()).toBe(epochs));
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    const dark = await open(await server.address, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    await dark.page.locator('ul.legend li').waitFor({ timeout: patience });
    const looks = () => ({
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      paper: getComputedStyle(document.body).backgroundColor,
    });
    expect(await dark.page.evaluate(looks)).toEqual({ overflow: 0, paper: 'rgb(23, 25, 28)' });
    expect(await violations(dark.page)).toEqual([]);
    const drawing = dark.page.locator('.chart canvas').first();
    const width = () => drawing.evaluate(({ clientWidth }) => clientWidth);
    await drawing.waitFor({ timeout: patience });
    const onScreen = await width();
    await dark.page.emulateMedia({ media: 'print' });
    // Paper is light, whatever the screen is.
    expect((await dark.page.evaluate(looks)).paper).toBe('rgb(255, 255, 255)');
    expect(onScreen).not.toBe(340);
    await until(async () => expect(await width()).toBe(340));
    await dark.page.emulateMedia({ media: 'screen' });
    await until(async () => expect(await width()).toBe(onScreen));
    expect(dark.complaints).toEqual([]);
    await dark.page.close();
    const status = (text: string) => page.getByRole('status').getByText(text).waitFor({ timeout: patience });
    await door.shut();
    await status('out of reach');
    await door.open();
    await status('live');
    server.child.kill('SIGKILL');
    await status('out of reach');
    await door.shut();
    // The charts stay.
    expect(await page.locator('table.runs tbody tr').count()).toBe(2);
    await page.close();
  });

  test("another site cannot ask, and a folder's text is text", async () => {
    const hostile = join(folder, 'alone', 'config.json');
    const config = JSON.parse(readFileSync(hostile, 'utf8'));
    writeFileSync(
      hostile,
      JSON.stringify({ ...config, method: '<img src=x onerror=alert(1)>', lambda: '<script>alert(1)</script>' }),
    );
    const server = start('dashboard', folder);
    const url = await server.address;
    const { page, complaints } = await open(url);
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor({ timeout: patience });
    expect(await page.locator('img, main script').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.goto('about:blank');
    const asked = page.evaluate(
      (address) =>
        fetch(`${address}events`).then(
          () => 'answered',
          () => 'refused',
        ),
      url,
    );
    expect(await asked).toBe('refused');
    await page.close();
    server.child.kill('SIGINT');
    expect(await server.ended).toBe(0);
  });
});

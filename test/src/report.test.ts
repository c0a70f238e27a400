/** A report in Chromium: what its one script does, that its policy lets nothing else run, and that it is readable without. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RunSoFar, readRuns, renderReport, runProgram } from '@kestirme/cli';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { violations } from './browser/accessibility.js';
import { findChromium } from './browser/executable.js';

const executable = findChromium();
/** Starting a browser on a busy machine takes its time. */
const patience = 180_000;

const small = ['--limit', '30,20', '--batch', '10', '--width', '0.0625', '--T', '1', '--epochs', '2', '--threads', '1'];
const quiet = { out: () => {}, error: { write: () => {}, isTTY: false, columns: 80 }, env: {}, ignoresHangup: false };

describe.skipIf(executable === undefined)('a report in Chromium', { timeout: patience }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'kestirme-report-'));
  const file = join(folder, 'runs', 'report.html');
  let browser: Browser;
  let runs: RunSoFar[];

  beforeAll(async () => {
    const compare = ['compare', ...small, '--methods', 'vanilla,evolution', '--seeds', '0', '--quiet'];
    expect(await runProgram([...compare, '--out', join(folder, 'runs')], quiet)).toBe(0);
    runs = await readRuns(join(folder, 'runs'));
    // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
    browser = await chromium.launch({ executablePath: executable as string, args: ['--no-sandbox'] });
  }, patience);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  }, patience);

  async function open(path = file, options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(pathToFileURL(path).href);
    return { page, complaints };
  }

  /** Points at a share of the width and height of the first drawing of a figure. */
  async function pointAt(page: Page, figure: string, [across, down]: [number, number]) {
    const chart = page.locator(`#${figure} svg.chart`).first();
    await chart.scrollIntoViewIfNeeded();
    // The page scrolls smoothly, and a scroll takes the note away.
    await vi.waitFor(async () => {
      const box = await chart.boundingBox();
      if (!box) throw new Error('the drawing is not to be seen');
      await page.mouse.move(box.x + box.width * across - 3, box.y + box.height * down);
      await page.mouse.move(box.x + box.width * across, box.y + box.height * down);
      expect(await page.locator('.tip').isVisible()).toBe(true);
    }, patience);
    return page.locator('.tip').textContent();
  }

  test('tells the numbers under the pointer, and hides a method', async () => {
    const { page, complaints } = await open();
    const percent = (share: number | undefined) => `${(100 * (share ?? Number.NaN)).toFixed(1)}%`;
    const [vanilla, evolution] = runs.map((run) => percent(run.metrics[1]?.testAccuracy));
    const told = await pointAt(page, 'test', [0.9, 0.5]);
    expect(told?.split('\n')).toEqual([
      'epoch 2',
      expect.stringContaining(`vanilla: ${vanilla} (`),
      expect.stringContaining(`evolution: ${evolution} (`),
    ]);
    await page.locator('#test .legend button').first().press('Enter');
    expect(await pointAt(page, 'test', [0.9, 0.5])).not.toContain('vanilla');
    expect(await page.locator('#test .chart [data-s="0"]').first().isVisible()).toBe(false);
    expect(await page.locator('#test .chart [data-s="1"]').first().isVisible()).toBe(true);
    expect(await pointAt(page, 'depth-map', [0.3, 0.2])).toMatch(/^epoch 1\n[\w.]*conv\d?: [\d.]+$/);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  async function saved(page: Page, figure: string, kind: 'CSV' | 'SVG') {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`#${figure} .tools button`, { hasText: kind }).click(),
    ]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  }

  test('gives a figure as CSV and as SVG', async () => {
    const { page } = await open();
    const csv = await saved(page, 'test', 'CSV');
    expect(csv.name).toBe('test.csv');
    const [head, first] = csv.text.split('\r\n');
    expect(head).toBe('panel,quantity,series,place,value,low,high');
    const value = Number((runs[0]?.metrics[0]?.testAccuracy ?? 0).toPrecision(6));
    expect(first).toContain(`"Test accuracy","test accuracy","vanilla","epoch 1",${value},`);
    const svg = await saved(page, 'test', 'SVG');
    expect(svg.text).toMatch(/^<svg [\s\S]*Test accuracy[\s\S]*<\/svg>$/);
    writeFileSync(join(folder, 'test.svg'), svg.text);
    const drawn = await open(join(folder, 'test.svg'));
    expect(await drawn.page.locator('svg svg').count()).toBeGreaterThan(2);
    expect(drawn.complaints).toEqual([]);
    await Promise.all([page.close(), drawn.page.close()]);
  });

  test('is readable on a narrow screen, and only its boxes scroll', async () => {
    const { page } = await open(file, { viewport: { width: 360, height: 740 } });
    const found = await page.evaluate(() => {
      const texts = [...document.querySelectorAll<SVGGraphicsElement>('.chart text')];
      const sizes = texts.map((text) => {
        const scale = text.getScreenCTM()?.a ?? 0;
        return Number.parseFloat(getComputedStyle(text).fontSize) * scale;
      });
      const others = [...document.querySelectorAll('body *:not(svg *):not(script)')];
      const words = others
        .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim() !== ''))
        .map((one) => Number.parseFloat(getComputedStyle(one).fontSize));
      return {
        drawn: Math.min(...sizes),
        written: Math.min(...words),
        wide: document.documentElement.scrollWidth,
        scrolls: [...document.querySelectorAll('.panel .scroll')].every((box) => box.scrollWidth > box.clientWidth),
      };
    });
    expect(found.drawn).toBeGreaterThan(11.95);
    expect(found.written).toBeGreaterThan(11.95);
    expect(found.wide).toBe(360);
    expect(await violations(page)).toEqual([]);
    await page.close();
  });

  test('shows all it has without a script', async () => {
    const { page } = await open(file, { javaScriptEnabled: false });
    for (const part of ['.story', '#test .legend', '#test svg.chart', '#depth-map svg.chart', '.wide table']) {
      expect(await page.locator(part).first().isVisible()).toBe(true);
    }
    expect(await page.locator('.tools').count()).toBe(0);
    await page.locator('#test summary').click();
    expect(await page.locator('#test details table').isVisible()).toBe(true);
    await page.close();
  });

  test('runs nothing that a run folder says, and lets no formula into CSV', async () => {
    const evil = `=1+1"><script>document.title='taken'</script><img src=x onerror="document.title='taken'">`;
    const changed = runs.map(({ config, metrics, result }) => ({
      config: { ...config, model: evil, data: `mnist:${evil}` },
      metrics: metrics.map((line) => ({ ...line, firingRates: { [evil]: 0.5 } })),
      result,
    }));
    for (const [index, run] of changed.entries()) Object.assign(run.config, { lambda: `${evil}${index}`, heads: evil });
    const [one] = changed;
    if (!one) throw new Error('no run');
    const twice = [...changed, { ...one, config: { ...one.config, lambda: `${evil} 2` } }];
    writeFileSync(join(folder, 'evil.html'), renderReport(twice, { title: evil }));
    const { page, complaints } = await open(join(folder, 'evil.html'));
    expect(await pointAt(page, 'test', [0.9, 0.5])).toContain('<script>');
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img').count()).toBe(0);
    const { text } = await saved(page, 'firing', 'CSV');
    expect(text).toContain(`"'=1+1`);
    expect(text).not.toMatch(/(?:^|[",\n])=/);
    // Beside the one script, the policy lets none run, whoever puts it there.
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = "document.title = 'taken'";
      document.body.append(script);
    });
    expect(await page.title()).toBe(evil);
    expect(complaints.every((text) => text.includes('Content Security Policy'))).toBe(true);
    await page.close();
  });
});

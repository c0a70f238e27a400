/** The fixed run in pages of Chromium, or of other browsers: the threaded build in isolated ones, the other in ones that share no memory. */
import { existsSync } from 'node:fs';
import { CannotRun, type Cell, type Evidence, type VerifyHost } from '@kestirme/cli/verify';
import { type BrowserType, chromium, firefox, webkit } from 'playwright-core';
import { Chromium } from './chromium.js';
import { howToGetChromium } from './executable.js';

const patienceMilliseconds = 300_000;

/** `executable`: file of the browser, which the first cell starts; undefined where there is none. */
export function chromiumHost(executable: string | undefined): VerifyHost {
  return pageHost('chromium', chromium, executable, `no Chromium here: ${howToGetChromium}`);
}

/** As `chromiumHost`, with a browser that Playwright brought itself. */
export function playwrightHost(name: 'chromium' | 'firefox' | 'webkit'): VerifyHost {
  const type = { chromium, firefox, webkit }[name];
  const file = type.executablePath();
  const missing = `Playwright's ${name} is not installed here: npx playwright-core install ${name}`;
  return pageHost(name, type, existsSync(file) ? file : undefined, missing);
}

function pageHost(name: string, type: BrowserType, executable: string | undefined, missing: string): VerifyHost {
  let started: Promise<Chromium> | null = null;
  return {
    name,
    async run(cell) {
      if (executable === undefined) throw new CannotRun(missing);
      started ??= Chromium.start(executable, type);
      return runCell(await started, cell);
    },
    async close() {
      const browser = await started?.catch(() => null);
      await browser?.close();
    },
  };
}

async function runCell(chromium: Chromium, { build, threads, workers }: Cell): Promise<Evidence> {
  const { page, complaints } = await chromium.openPage(build === 'threads' ? 'isolated' : 'plain');
  page.setDefaultTimeout(patienceMilliseconds);
  try {
    const call = page.evaluate(([options, count]) => globalThis.kestirmePage.runFixedCell(options, count), [
      { build, threads },
      workers,
    ] as const);
    return (await withinTime(call, patienceMilliseconds)).evidence;
  } catch (error) {
    const said = complaints.length > 0 ? ` (the page said: ${complaints.join('; ')})` : '';
    throw new Error(`${error instanceof Error ? error.message : error}${said}`, { cause: error });
  } finally {
    await page.close();
  }
}

async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const say = () => reject(new Error(`the page did not answer in ${milliseconds / 1000} s`));
    timer = setTimeout(say, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Chromium with pages that use the library as a bundler makes it of the packages. */
import { type Browser, type BrowserType, chromium, type Page } from 'playwright-core';
import type { Bundler } from './bundlers.js';
import type { Change } from './server.js';
import { makeSite, type Site, type SiteKind } from './site.js';

export interface OpenPage {
  page: Page;
  /** What the page's console said at level 'warning' or 'error', and its uncaught errors. */
  complaints: string[];
}

export class Chromium {
  readonly #browser: Browser;
  readonly #script: string | undefined;
  /** Each is made when its first page is opened. */
  readonly #sites = new Map<Bundler, Promise<Site>>();

  private constructor(browser: Browser, script: string | undefined) {
    this.#browser = browser;
    this.#script = script;
  }

  /**
   * `executable`: file of the browser. `type`: another browser that Playwright knows, in Chromium's place. `script`: of
   * its pages, a file that sets kestirmePage; page.ts without it.
   */
  static async start(executable: string, type: BrowserType = chromium, script?: string): Promise<Chromium> {
    // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
    const args = type === chromium ? ['--no-sandbox'] : [];
    return new Chromium(await type.launch({ executablePath: executable, args }), script);
  }

  get version(): string {
    return this.#browser.version();
  }

  /** A page of its own. */
  async openPage(kind: SiteKind, bundler: Bundler = 'vite'): Promise<OpenPage> {
    const site = await this.#site(bundler);
    const page = await this.#browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'warning' || message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(site.pageUrl(kind));
    await page.waitForFunction(() => 'kestirmePage' in globalThis);
    return { page, complaints };
  }

  #site(bundler: Bundler): Promise<Site> {
    const made = this.#sites.get(bundler) ?? makeSite(bundler, this.#script);
    this.#sites.set(bundler, made);
    made.catch(() => this.#sites.delete(bundler));
    return made;
  }

  /** Calls `work` while pages are served files as `change` makes them. */
  async withChange<T>(change: Change, work: () => Promise<T>): Promise<T> {
    const sites = await Promise.all(this.#sites.values());
    for (const site of sites) site.alter(change);
    try {
      return await work();
    } finally {
      for (const site of sites) site.alter(null);
    }
  }

  /** Workers of all pages, and workers of workers. */
  async countWorkers(): Promise<number> {
    const session = await this.#browser.newBrowserCDPSession();
    try {
      const { targetInfos } = await session.send('Target.getTargets', { filter: [{ type: 'worker' }] });
      return targetInfos.length;
    } finally {
      await session.detach();
    }
  }

  async close(): Promise<void> {
    await this.#browser.close();
    const sites = await Promise.all(this.#sites.values());
    await Promise.all(sites.map((site) => site.close()));
  }
}

/** Chromium with pages that use the library as a bundler makes it of the packages. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserType, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { type Change, type FolderServer, serveFolder } from './server.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const pageFile = 'page/index.html';

/** Bundles the page into `folder` with Vite as it is without a configuration. */
async function bundlePage(folder: string): Promise<void> {
  await build({
    root: project,
    configFile: false,
    logLevel: 'warn',
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: join(project, pageFile) } },
  });
}

export interface OpenPage {
  page: Page;
  /** What the page's console said at level 'warning' or 'error', and its uncaught errors. */
  complaints: string[];
}

export class Chromium {
  readonly #folder: string;
  readonly #browser: Browser;
  readonly #servers: Record<'isolated' | 'plain', FolderServer>;

  private constructor(folder: string, browser: Browser, servers: Record<'isolated' | 'plain', FolderServer>) {
    this.#folder = folder;
    this.#browser = browser;
    this.#servers = servers;
  }

  /** `executable`: file of the browser. `type`: another browser that Playwright knows, in Chromium's place. */
  static async start(executable: string, type: BrowserType = chromium): Promise<Chromium> {
    const folder = await mkdtemp(join(tmpdir(), 'kestirme-page-'));
    try {
      await bundlePage(folder);
      // Chromium's sandbox does not work for root, whom containers have; the pages are our own.
      const args = type === chromium ? ['--no-sandbox'] : [];
      const browser = await type.launch({ executablePath: executable, args });
      const servers = { isolated: await serveFolder(folder, true), plain: await serveFolder(folder, false) };
      return new Chromium(folder, browser, servers);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  }

  get version(): string {
    return this.#browser.version();
  }

  /** A page of its own, with the headers of cross-origin isolation or without. */
  async openPage(kind: 'isolated' | 'plain'): Promise<OpenPage> {
    const page = await this.#browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'warning' || message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${this.#servers[kind].origin}/${pageFile}`);
    await page.waitForFunction(() => 'kestirmePage' in globalThis);
    return { page, complaints };
  }

  /** Calls `work` while pages are served files as `change` makes them. */
  async withChange<T>(change: Change, work: () => Promise<T>): Promise<T> {
    const servers = Object.values(this.#servers);
    for (const server of servers) server.alter(change);
    try {
      return await work();
    } finally {
      for (const server of servers) server.alter(null);
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
    await Promise.all(Object.values(this.#servers).map((server) => server.close()));
    await rm(this.#folder, { recursive: true });
  }
}

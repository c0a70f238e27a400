/** A window of the stand-in for Electron: a page of Chromium, with the application's own answers, headers and preload script. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import type { FakeElectron } from './fakeElectron.js';
import type { Port } from './ports.js';

interface InPage {
  /** A port of the application is there, by this number. */
  electronPort(id: number): void;
  electronSays(id: number, data: unknown): void;
  electronCloses(id: number): void;
}

/** Runs before the page's scripts: what a preload script finds, and the script. */
const before = (preload: string) => `{
  const ports = new Map();
  const received = [];
  let hear = () => {};
  addEventListener('message', (event) => received.push(...event.ports));
  Object.assign(globalThis, {
    electronPort(id) {
      const { port1, port2 } = new MessageChannel();
      ports.set(id, port1);
      port1.onmessage = ({ data }) => pageSays(id, data);
      hear({ ports: [port2] });
    },
    electronSays: (id, data) => ports.get(id).postMessage(data),
    // In Electron, ports in windows tell of their end; in Chromium, they do not.
    electronCloses: (id) => received[id].dispatchEvent(new Event('close')),
  });
  const ipcRenderer = { send: (channel) => pageSends(channel), on: (_, listener) => { hear = listener; } };
  const contextBridge = { exposeInMainWorld: (name, api) => { globalThis[name] = api; } };
  ((require, exports) => { ${preload} })(() => ({ contextBridge, ipcRenderer }), {});
}`;

export class Windows {
  readonly #browser: Browser;
  readonly #electron: FakeElectron;
  readonly #server = createServer(async ({ url = '/', method = 'GET' }, response) => {
    const answer = await this.#electron.answer({ url: `app://kestirme${url}`, method });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(new Uint8Array(await answer.arrayBuffer()));
  });

  constructor(browser: Browser, electron: FakeElectron) {
    this.#browser = browser;
    this.#electron = electron;
  }

  /** `url`: of app:, which Chromium by itself does not have, so that a server of this machine stands in for it. */
  async open(url: string): Promise<{ page: Page; complaints: string[] }> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    const page = await this.#browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await this.#connect(page, url);
    const preload = String(this.#electron.windows[0]?.options.webPreferences.preload);
    await page.addInitScript(before(await readFile(preload, 'utf8')));
    const { pathname, hash } = new URL(url);
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${pathname}${hash}`);
    return { page, complaints };
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  async #connect(page: Page, url: string): Promise<void> {
    const ports: Port[] = [];
    const call = (name: keyof InPage, id: number, data?: unknown) =>
      page
        .evaluate(([called, ...given]) => (globalThis as unknown as InPage)[called](...given), [
          name,
          id,
          data,
        ] as const)
        // The page is closed.
        .catch(() => {});
    const postMessage = (_: string, __: unknown, [port]: [Port]) => {
      const id = ports.push(port) - 1;
      void call('electronPort', id);
      port.on('message', ({ data }) => void call('electronSays', id, data));
      port.on('close', () => void call('electronCloses', id));
      port.start();
    };
    await page.exposeFunction('pageSends', (channel: string) => {
      this.#electron.ipcMain.emit(channel, { sender: { postMessage }, senderFrame: { url } });
    });
    await page.exposeFunction('pageSays', (id: number, data: unknown) => ports[id]?.postMessage(data));
  }
}

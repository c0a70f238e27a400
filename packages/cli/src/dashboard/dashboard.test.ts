import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { Dashboard } from './dashboard.js';
import { browserCommand, openBrowser } from './openBrowser.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-dashboard-'));
afterAll(() => rmSync(folder, { recursive: true }));

let page: Dashboard | null = null;
afterEach(() => page?.close());
const never = new AbortController().signal;

async function start(port?: number) {
  const warnings: string[] = [];
  page = await Dashboard.start({ port, warn: (text) => warnings.push(text) });
  const { url } = page;
  const wish = (name: string) => fetch(url + name, { method: 'POST', headers: { origin: new URL(url).origin } });
  return { page, url, warnings, wish };
}

it('a wish to stop aborts the signal, once there is something to stop; a wish to resume goes on', async () => {
  const { page, wish } = await start();
  expect((await wish('stop')).status).toBe(200);
  const first = page.begin(folder);
  expect([first.aborted, page.hasStopped]).toEqual([false, false]);
  await wish('stop');
  await vi.waitFor(() => expect(first.aborted).toBe(true), 20_000);
  expect(page.hasStopped).toBe(true);
  const resumed = page.resumed(never);
  await wish('resume');
  expect(await resumed).toBe(true);
  const second = page.begin(folder);
  expect([second.aborted, page.hasStopped]).toEqual([false, false]);
});

it('whoever ends the program while it is stopped does not wait for the page', async () => {
  const { page } = await start();
  page.begin(folder);
  const end = new AbortController();
  const resumed = page.resumed(end.signal);
  end.abort();
  expect(await resumed).toBe(false);
});

it('a server that dies keeps nobody waiting, and is told of once', async () => {
  const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
  const { page, warnings } = await start();
  page.begin(folder);
  const resumed = page.resumed(never);
  await (await started).terminate();
  expect(await resumed).toBe(false);
  expect(await page.resumed(never)).toBe(false);
  await page.ended(never);
  expect(page.begin(folder).aborted).toBe(false);
  expect(warnings).toEqual(['the page has ended; the run goes on without it']);
});

it('counts the pages that look on, and waits for them at the end', async () => {
  const { page, url } = await start();
  page.begin(folder);
  const looking = new AbortController();
  const events = await fetch(`${url}events`, { signal: looking.signal });
  expect(events.headers.get('content-type')).toContain('text/event-stream');
  await vi.waitFor(() => expect(page.pages).toBe(1), 20_000);
  const ended = page.ended(never);
  looking.abort();
  await ended;
  expect(page.pages).toBe(0);
});

it('a port that is taken is named', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await expect(start(port)).rejects.toThrow(`--port: port ${port} is taken; without --port, a free one is chosen`);
  other.close();
});

it.skipIf(process.platform !== 'linux')(
  'whether there is a browser is known by what the opening command says',
  async () => {
    const asked = join(folder, 'asked');
    for (const [code, isOpen] of [
      [0, true],
      [3, false],
    ] as const) {
      writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\necho "$1" > ${asked}\nexit ${code}\n`, { mode: 0o755 });
      const env = { DISPLAY: ':0', PATH: folder };
      expect(await openBrowser('http://127.0.0.1:9/token/', env)).toBe(isOpen);
      expect(readFileSync(asked, 'utf8')).toBe('http://127.0.0.1:9/token/\n');
    }
    expect(await openBrowser('http://127.0.0.1:9/', { DISPLAY: ':0', PATH: join(folder, 'none') })).toBe(false);
  },
);

it('a browser is opened where there is a screen', () => {
  expect(browserCommand('linux', {})).toBeNull();
  expect(browserCommand('linux', { DISPLAY: ':0' })).toEqual(['xdg-open']);
  expect(browserCommand('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open']);
  expect(browserCommand('darwin', {})).toEqual(['open']);
  expect(browserCommand('darwin', { CI: 'true' })).toBeNull();
});

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchFile, requireFile, requirePage, startPageWorker } from './ownFiles.js';

const address = 'http://somewhere.test/page/file.js';
const find = () => new URL('./file.js', 'http://somewhere.test/page/main.js');
/** As import.meta.url is in some bundles. */
const lost = () => new URL('./file.js', undefined);

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('in Node', () => {
  it('gives a file that is there', () => {
    const here = requireFile(() => new URL(import.meta.url), existsSync);
    expect(fileURLToPath(here)).toBe(import.meta.filename);
  });

  it.each([
    [() => new URL('./isNotThere.js', import.meta.url), /^file:.*\/platform\/isNotThere\.js: no such file; /],
    [find, /^http:.*\/file\.js: no such file; /],
    [lost, /^the code of kestirme cannot tell where it lies \(Invalid URL\); /],
  ])('says what helps where there is none', (wanted, problem) => {
    const look = () => requireFile(wanted, existsSync);
    expect(look).toThrow(problem);
    expect(look).toThrow(/; a bundle for Node .* keep kestirme and the @kestirme packages out of it \(external of/);
  });

  it('says that it is no page', async () => {
    const problem = /^this code was bundled for pages, and Node runs it; .*keep kestirme/;
    expect(requirePage).toThrow(problem);
    expect(() => startPageWorker(() => new Worker(find()))).toThrow(problem);
    await expect(fetchFile(find)).rejects.toThrow(problem);
  });
});

describe('in a page', () => {
  /** Has workers, and a server that answers with this. */
  function inPage(answer: () => Promise<Response> = async () => new Response()) {
    class Worker {}
    vi.stubGlobal('Worker', Worker);
    vi.stubGlobal('fetch', vi.fn(answer));
  }
  const help = /; bundle pages with Vite or webpack 5/;

  it('fetches a file', async () => {
    inPage(async () => new Response(new Uint8Array([1, 2])));
    expect(await fetchFile(find)).toEqual(new Uint8Array([1, 2]));
    expect(fetch).toHaveBeenCalledWith(address);
  });

  it.each<[string, () => Promise<Response>]>([
    ['HTTP 404', async () => new Response(null, { status: 404 })],
    ['Failed to fetch', () => Promise.reject(new TypeError('Failed to fetch'))],
    [
      'the server sent a page in place of this file',
      async () => new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } }),
    ],
  ])('names the address of one that it does not get: %s', async (problem, answer) => {
    inPage(answer);
    await expect(fetchFile(find)).rejects.toThrow(`${address}: ${problem}; `);
    await expect(fetchFile(find)).rejects.toThrow(help);
    await expect(fetchFile(lost)).rejects.toThrow(/cannot tell where it lies \(Invalid URL\); bundle pages with/);
  });

  it("knows the address of a worker's script, and leaves everything as it was", () => {
    inPage();
    const { URL } = globalThis;
    const { worker, unloaded } = startPageWorker(() => new Worker(find()));
    expect(worker).toBeInstanceOf(Worker);
    expect(unloaded).toMatch(`a worker's script could not be loaded: ${address}; `);
    expect(unloaded).toMatch(help);
    expect(globalThis.URL).toBe(URL);
  });

  it('says so when a worker cannot even be made', () => {
    inPage();
    const refused = () => {
      throw new Error(`${find().href} is of another origin`);
    };
    const problem = `a worker's script could not be loaded: ${address} (${address} is of another origin); `;
    expect(() => startPageWorker(refused)).toThrow(problem);
    expect(() => startPageWorker(() => new Worker(lost()))).toThrow('could not be loaded (Invalid URL); bundle pages');
  });
});

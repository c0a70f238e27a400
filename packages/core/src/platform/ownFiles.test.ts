import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchFile, type OwnFile, requireFile, requirePage, startPageWorker } from './ownFiles.js';

const address = 'http://somewhere.test/page/file.js';
const beside = () => new URL('./file.js', 'http://somewhere.test/page/main.js');
const origin = { packageName: 'kestirme', option: 'createEngine({ workerUrl })', given: undefined };
const file: OwnFile = { ...origin, beside };
/** As import.meta.url is in some bundles. */
const lost: OwnFile = { ...origin, beside: () => new URL('./file.js', undefined) };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('in Node', () => {
  it('gives a file that is there', () => {
    const here = requireFile({ ...origin, beside: () => new URL(import.meta.url) }, existsSync);
    expect(fileURLToPath(here)).toBe(import.meta.filename);
    expect(requireFile({ ...lost, given: import.meta.url }, existsSync)).toEqual(here);
  });

  it.each([
    [
      { ...origin, beside: () => new URL('./isNotThere.js', import.meta.url) },
      /^file:.*\/isNotThere\.js: no such file; /,
    ],
    [file, /^http:.*\/file\.js: no such file; /],
    [lost, /^the code of kestirme cannot tell where its files lie \(Invalid URL\); /],
  ])('says what helps where there is none', (wanted, problem) => {
    const look = () => requireFile(wanted, existsSync);
    expect(look).toThrow(problem);
    expect(look).toThrow(
      /; kestirme brings it, and a bundle .* say by createEngine\(\{ workerUrl \}\) where a copy lies/,
    );
    expect(look).toThrow(/ keep kestirme and the @kestirme packages out of it \(external of/);
  });

  it('says which option gave the address of one that is not there', () => {
    const given = new URL('./isNotThere.js', import.meta.url).href;
    const problem = `${given}: no such file; createEngine({ workerUrl }) says that it lies there; `;
    expect(() => requireFile({ ...file, given }, existsSync)).toThrow(problem);
  });

  it('says that it is no page', async () => {
    const problem = /^this code was bundled for pages, and Node runs it; .*keep kestirme/;
    expect(requirePage).toThrow(problem);
    expect(() => startPageWorker(() => new Worker(beside()), origin)).toThrow(problem);
    await expect(fetchFile(file)).rejects.toThrow(problem);
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
    expect(await fetchFile(file)).toEqual(new Uint8Array([1, 2]));
    expect(await fetchFile({ ...lost, given: `${address}?given` })).toEqual(new Uint8Array([1, 2]));
    expect(vi.mocked(fetch).mock.calls).toEqual([[address], [`${address}?given`]]);
  });

  it('reads one that a bundler has put into its address, and fetches nothing', async () => {
    inPage();
    const inlined = (href: string) => fetchFile({ ...origin, beside: () => new URL(href) });
    expect(await inlined('data:application/gzip;base64,AQL/')).toEqual(new Uint8Array([1, 2, 255]));
    expect(await inlined('data:;base64,')).toEqual(new Uint8Array());
    expect(fetch).not.toHaveBeenCalled();
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
    await expect(fetchFile(file)).rejects.toThrow(`${address}: ${problem}; `);
    await expect(fetchFile(file)).rejects.toThrow(help);
    await expect(fetchFile(lost)).rejects.toThrow(/where its files lie \(Invalid URL\); bundle pages with/);
  });

  it("knows the address of a worker's script, and leaves everything as it was", () => {
    inPage();
    const { URL } = globalThis;
    const { worker, unloaded } = startPageWorker(() => new Worker(beside()), origin);
    expect(worker).toBeInstanceOf(Worker);
    expect(unloaded).toMatch(`a worker's script could not be loaded: ${address}; `);
    expect(unloaded).toMatch(help);
    expect(globalThis.URL).toBe(URL);
  });

  it('says so when a worker cannot even be made', () => {
    inPage();
    const refused = () => {
      throw new Error(`${beside().href} is of another origin`);
    };
    const problem = `a worker's script could not be loaded: ${address} (${address} is of another origin); `;
    expect(() => startPageWorker(refused, origin)).toThrow(problem);
    expect(() => startPageWorker(() => new Worker(lost.beside()), origin)).toThrow(
      'could not be loaded (Invalid URL); bundle pages',
    );
  });
});

/** Programs that say where the engine's files lie, as those have to that a bundler made. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createEngine, createInlineEngine } from './createEngine.js';
import { trainAlone } from './engines.test.support.js';
import { threadCount, untilGone } from './workers.test.support.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-given-'));
const log = join(folder, 'started');
const script = join(folder, 'my worker #1.mjs');
const worker = new URL('../worker.js', import.meta.url).href;
writeFileSync(
  script,
  `import { appendFileSync } from 'node:fs';
  appendFileSync(${JSON.stringify(log)}, 'x');
  await import(${JSON.stringify(worker)});`,
);
const wasm = new URL('../../wasm', import.meta.url);

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([createEngine, createInlineEngine])('%o', (create) => {
  it('says which option gave the address of a file that is not there', async () => {
    const threads = threadCount();
    const wasmUrl = join(folder, 'away');
    await expect(create({ wasmUrl, threads: 1 })).rejects.toThrow(
      `${pathToFileURL(wasmUrl)}/threads/kestirme_wasm_bg.wasm: no such file; createEngine({ wasmUrl }) says that`,
    );
    await expect(create({ wasmUrl: 7 as never })).rejects.toThrow('`wasmUrl` must be a URL or a string, got 7');
    await expect(create({ wasmUrl: 'http://[' })).rejects.toThrow('`wasmUrl` is no address');
    await expect(create({ workerUrl: {} as never })).rejects.toThrow('`workerUrl` must be a URL or a string');
    await untilGone(threads);
  });

  it('takes them from there, whether it is told a path or a URL, to the same bits', async () => {
    const options = { threads: create === createEngine ? 3 : 1 };
    const bits = [
      await trainAlone(create, { ...options, workerUrl: script, wasmUrl: fileURLToPath(wasm) }),
      await trainAlone(create, { ...options, workerUrl: pathToFileURL(script), wasmUrl: wasm }),
    ];
    expect(bits).toEqual(Array(2).fill(await trainAlone(create, options)));
    // Of each engine but inline ones, its own and two of its pool.
    expect(readFileSync(log, 'utf8')).toHaveLength(2 * 3);
  });
});

it('says so where the workers lie elsewhere', async () => {
  const workerUrl = join(folder, 'away.mjs');
  const problem = `${pathToFileURL(workerUrl)}: no such file; createEngine({ workerUrl }) says that it lies there; `;
  await expect(createEngine({ workerUrl })).rejects.toThrow(problem);
});

it('says what helps where a policy lets no WebAssembly run', async () => {
  const refused =
    "WebAssembly.compile(): ... violates the following Content Security policy directive because 'unsafe-eval'";
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new Error(refused));
  await expect(createInlineEngine({ build: 'single' })).rejects.toThrow("add 'wasm-unsafe-eval' to its script-src");
});

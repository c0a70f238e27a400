/** The library in pages of Chromium: the bits of Node, with threads and without; what ends, ends. */
import { readFileSync } from 'node:fs';
import { firstDifference, fixedSteps, inWords } from '@kestirme/cli/verify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chromium } from './browser/chromium.js';
import { someDigits, trainOnDigits } from './browser/digits.js';
import { findChromium, howToGetChromium } from './browser/executable.js';
import { type FixedCell, runFixedCell } from './browser/fixedCell.js';
import { trapIn } from './browser/trapWasm.js';

const executable = findChromium();
if (executable === undefined)
  console.warn(`The tests in Chromium are not run, for there is none: ${howToGetChromium}.`);

/** Starting a browser on a busy machine takes its time. */
const patience = 180_000;

describe.skipIf(executable === undefined)('in Chromium', { timeout: patience }, () => {
  let chromium: Chromium;
  let inNode: FixedCell;
  let digits: Awaited<ReturnType<typeof someDigits>>;

  beforeAll(async () => {
    chromium = await Chromium.start(executable as string);
    inNode = await runFixedCell({ threads: 1 }, 0);
    digits = await someDigits();
  }, patience);

  afterAll(() => chromium?.close(), patience);

  function expectSameBits({ evidence }: FixedCell) {
    const difference = firstDifference(inNode.evidence, evidence);
    expect(difference === null ? '' : inWords(difference, fixedSteps)).toBe('');
    expect(evidence.digests).toEqual(inNode.evidence.digests);
  }

  test('an isolated page has threads, and the bits of Node', async () => {
    const { page, complaints } = await chromium.openPage('isolated');
    const cell = await page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 2 }, 1));
    expect([cell.build, cell.threads, complaints]).toEqual(['threads', 2, []]);
    expectSameBits(cell);
    await page.close();
  });

  test('another page warns that it has one thread, with the headers that change it; the bits are the same', async () => {
    const { page, complaints } = await chromium.openPage('plain');
    const cell = await page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 2 }, 3));
    expect([cell.build, cell.threads]).toEqual(['single', 1]);
    expect(complaints).toEqual([
      expect.stringMatching(
        /one thread: .* not cross-origin isolated.*Cross-Origin-Opener-Policy: same-origin.*Cross-Origin-Embedder-Policy: require-corp/,
      ),
    ]);
    expectSameBits(cell);
    const asked = page.evaluate(() => globalThis.kestirmePage.runFixedCell({ build: 'threads', threads: 2 }, 0));
    await expect(asked).rejects.toThrow(/no threaded build: .*Cross-Origin-Opener-Policy/);
    await page.close();
  });

  test("an engine in the page's own thread has no threads, and says so", async () => {
    const { page, complaints } = await chromium.openPage('isolated');
    const cell = await page.evaluate(() => globalThis.kestirmePage.runInline({ threads: 2 }));
    expect([cell.build, cell.threads]).toEqual(['single', 1]);
    expect(complaints).toEqual([expect.stringContaining('createEngine, which works in a worker, has threads')]);
    expectSameBits(cell);
    const asked = page.evaluate(() => globalThis.kestirmePage.runInline({ build: 'threads', threads: 2 }));
    await expect(asked).rejects.toThrow('no threaded build: an inline engine on WebAssembly has one only');
    await page.close();
  });

  test('the digits that come with the package', async () => {
    const { page, complaints } = await chromium.openPage('plain');
    expect(await page.evaluate(() => globalThis.kestirmePage.someDigits())).toEqual(digits);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('a page under a strict policy trains on the digits, in threads, and reads packed recordings', async () => {
    const { page, complaints } = await chromium.openPage('strict');
    const sha256 = await page.evaluate(() => globalThis.kestirmePage.trainOnDigits({ build: 'threads', threads: 2 }));
    expect(sha256).toBe(await trainOnDigits({ threads: 1 }));
    const golden = (name: string) => readFileSync(new URL(`../golden/events/${name}`, import.meta.url));
    const recording = [...golden('zstd.aedat4')];
    const counted = await page.evaluate((bytes) => globalThis.kestirmePage.countEvents(bytes), recording);
    expect(counted).toBe(JSON.parse(String(golden('events.json'))).files['zstd.aedat4'].size);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test.each([
    [
      'engineWorker',
      /the engine failed: a worker's script could not be loaded: http:.*\/engineWorker.*\.js; .*serve all/,
    ],
    ['poolWorker', /a thread .* failed: a worker's script could not be loaded: http:.*\/poolWorker.*\.js; .*serve all/],
    ['kestirme_wasm_bg', /http:.*\/kestirme_wasm_bg.*\.wasm: HTTP 404; .*serve all/],
    ['fillWorker', /a data .* failed: a worker's script could not be loaded: http:.*\/fillWorker.*\.js; .*serve all/],
  ])('a page that is not served %s hears of it, with the address', async (file, message) => {
    const { page } = await chromium.openPage('isolated');
    await chromium.withChange(
      (path, bytes) => (path.includes(file) ? null : bytes),
      async () => {
        const cell = page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 2 }, 1));
        await expect(cell).rejects.toThrow(message);
      },
    );
    await page.close();
  });

  test('a page is told which file is damaged', async () => {
    const { page } = await chromium.openPage('plain');
    await chromium.withChange(
      (path, bytes) => (path.endsWith('.wasm') ? new TextEncoder().encode('<!doctype html>') : bytes),
      async () => {
        const cell = page.evaluate(() => globalThis.kestirmePage.runFixedCell({}, 0));
        await expect(cell).rejects.toThrow(/http:.*\/kestirme_wasm_bg.*\.wasm: damaged \(.*expected magic word/);
      },
    );
    await page.close();
  });

  test("esbuild's page says which files it lacks, and what to do", async () => {
    const { page } = await chromium.openPage('isolated', 'esbuild');
    const failure = async (call: Promise<unknown>) => String(await call.catch((error: unknown) => error));
    const failures = [
      await failure(page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 1 }, 0))),
      await failure(page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 2 }, 0))),
      await failure(page.evaluate(() => globalThis.kestirmePage.runInline({ threads: 1 }))),
      await failure(page.evaluate(() => globalThis.kestirmePage.someDigits())),
    ];
    const lacking = [
      /http:.*\/page\/engineWorker\.js; /,
      // Both are missing; which of them is heard of first is chance.
      /http:.*\/page\/(?:pool|engine)Worker\.js; /,
      /http:.*\/wasm\/threads\/kestirme_wasm_bg\.wasm: HTTP 404; /,
      /http:.*\/data\/train-images-idx3-ubyte\.gz: HTTP 404; /,
    ];
    expect(failures).toEqual(lacking.map((file) => expect.stringMatching(file)));
    expect(failures).toEqual(lacking.map(() => expect.stringMatching(/bundle pages with Vite or webpack 5/)));
    await page.close();
  });

  test("esbuild's page trains when it says where the files lie, and says which option is wrong", async () => {
    const { page } = await chromium.openPage('strict', 'esbuild');
    const train = (copies: string) =>
      page.evaluate((at) => globalThis.kestirmePage.trainOnDigits({ build: 'threads', threads: 2 }, at), copies);
    expect(await train('copies')).toBe(await trainOnDigits({ threads: 1 }));
    await expect(train('away')).rejects.toThrow(
      /http:.*\/page\/away\/data\/t.*\.gz: HTTP 404; openDataset\(\{ dataUrl \}\) says that it lies there/,
    );
    await page.close();
  });

  test('closing an engine and a loader ends their workers', async () => {
    const { page } = await chromium.openPage('isolated');
    const before = await chromium.countWorkers();
    await page.evaluate(() => globalThis.kestirmePage.open({ threads: 3 }, 2));
    // The engine's, two of its pool, two of the loader.
    expect((await chromium.countWorkers()) - before).toBe(5);
    await page.evaluate(() => globalThis.kestirmePage.close());
    await expect.poll(() => chromium.countWorkers(), { timeout: 20_000 }).toBe(before);
    await page.close();
  });

  test('a step that breaks off rejects this call and the next, ends the workers, and leaves the page able to go on', async () => {
    const { page } = await chromium.openPage('isolated');
    const before = await chromium.countWorkers();
    // A program that calls what is not there, in the middle of a step.
    await chromium.withChange(
      (path, bytes) =>
        path.endsWith('.js') ? Buffer.from(String(Buffer.from(bytes)).replaceAll('.encodeDirect(', '.gone(')) : bytes,
      () => page.evaluate(() => globalThis.kestirmePage.open({ threads: 2 }, 0)),
    );
    const [first, second] = await page.evaluate(() => globalThis.kestirmePage.breakOff());
    expect(first).toMatch(/^the engine failed in the middle of its work: .*gone is not a function/);
    expect(second).toBe(first);
    await expect.poll(() => chromium.countWorkers(), { timeout: 20_000 }).toBe(before);
    expectSameBits(await page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 2 }, 0)));
    await page.close();
  });

  test.each([
    ["the engine's thread", 'loss_forwardBackward', /the engine trapped: unreachable/],
    ['a thread of the pool', 'workerMain', /a thread of the engine failed: .*unreachable/],
  ])('a trap in %s rejects, ends the workers, and leaves the page able to go on', async (_, name, message) => {
    const { page } = await chromium.openPage('isolated');
    const before = await chromium.countWorkers();
    await chromium.withChange(
      (path, bytes) => (path.endsWith('.wasm') ? trapIn(bytes, name) : bytes),
      async () => {
        const cell = page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 3 }, 0));
        await expect(cell).rejects.toThrow(message);
      },
    );
    await expect.poll(() => chromium.countWorkers(), { timeout: 20_000 }).toBe(before);
    expectSameBits(await page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 3 }, 0)));
    await page.close();
  });

  test("after a trap in the page's own thread, the next engine there says what helps", async () => {
    const { page } = await chromium.openPage('plain');
    const inline = () => page.evaluate(() => globalThis.kestirmePage.runInline({ threads: 1 }));
    await chromium.withChange(
      (path, bytes) => (path.endsWith('.wasm') ? trapIn(bytes, 'loss_forwardBackward') : bytes),
      () => expect(inline()).rejects.toThrow('unreachable'),
    );
    await expect(inline()).rejects.toThrow(/no second copy of the kernels .*createEngine/);
    expectSameBits(await page.evaluate(() => globalThis.kestirmePage.runFixedCell({ threads: 1 }, 0)));
    await page.close();
  });
});

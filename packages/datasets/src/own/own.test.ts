/** Data of a program's own: whatever can be walked through, streams, and modules. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from 'kestirme';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLoader } from '../loader/loader.js';
import { collect } from '../loader/loader.test.support.js';
import { openDataset } from '../sets/open.js';
import { collectDataset } from './collect.js';
import type { LabelledSample } from './labelled.js';
import { createStreamLoader } from './stream.js';

const classNames = ['left', 'right'];

/** 2x2 grey images whose first byte is their number. */
function* images(from: number, to: number): Generator<LabelledSample> {
  // The memory is used again.
  const pixels = new Uint8Array(4);
  for (let i = from; i < to; i++) {
    pixels.set([i, 10, 20, 30]);
    yield { image: { pixels, height: 2, width: 2 }, label: i % 2 === 0 ? 'left' : 1 };
  }
}

async function* later(samples: Iterable<LabelledSample>): AsyncGenerator<LabelledSample> {
  yield* samples;
}

describe('what can be walked through', () => {
  it('is read into memory, and its mean and deviation are measured', async () => {
    const { info, train, test } = await collectDataset({
      ...{ name: 'own', classNames },
      ...{ train: images(0, 5), test: later(images(5, 7)) },
    });
    expect(info).toMatchObject({ channels: 1, height: 2, width: 2, classes: 2, trainSize: 5, testSize: 2 });
    expect([...train.labels]).toEqual([0, 1, 0, 1, 0]);
    expect([...test.images]).toEqual([5, 10, 20, 30, 6, 10, 20, 30]);
    const bytes = [...train.images].map((byte) => byte / 255);
    const mean = bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
    const square = bytes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bytes.length;
    expect(info.mean[0]).toBeCloseTo(mean, 12);
    expect(info.std[0]).toBeCloseTo(Math.sqrt(square), 12);
  });

  it('frames of floats stay as they are; what a canvas gives loses its alpha', async () => {
    const frames = (value: number) => ({ pixels: new Float32Array([value, 2, 3, 4]), frames: 2, height: 1, width: 2 });
    const floats = await collectDataset({
      ...{ name: 'own', classNames },
      ...{ train: [{ frames: frames(1), label: 0 }], test: [{ frames: frames(7), label: 1 }] },
    });
    expect(floats.info).toMatchObject({ frames: 2, channels: 1, mean: [0], std: [1] });
    expect([...floats.test.images]).toEqual([7, 2, 3, 4]);
    const canvas = { data: new Uint8ClampedArray([1, 2, 3, 255, 4, 5, 6, 0]), height: 1, width: 2 };
    const drawn = [{ image: canvas, label: 1 }];
    const { train } = await collectDataset({ name: 'own', classNames, train: drawn, test: drawn });
    expect([...train.images]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('events become frames, as they do from files', async () => {
    const events = (label: number): LabelledSample => ({
      events: {
        size: 4,
        t: Float64Array.of(0, 1, 2, 3),
        x: Uint16Array.of(0, 1, 0, 1),
        y: Uint16Array.of(0, 0, 1, 1),
        p: Uint8Array.of(1, 0, 1, 0),
      },
      label,
    });
    const own = { name: 'own', classNames, train: [events(0)], test: [events(1)] };
    const { info, train } = await collectDataset({ ...own, eventFrames: { height: 2, width: 2, frames: 2 } });
    expect(info).toMatchObject({ frames: 2, channels: 2, height: 2, width: 2 });
    // Two events each: [t][y][x], darker and brighter.
    expect([...train.images]).toEqual([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0]);
    await expect(collectDataset(own)).rejects.toThrow('`eventFrames` has to say how events become frames');
    const back = events(0);
    (back.events as { t: Float64Array }).t[2] = 0;
    await expect(
      collectDataset({ ...own, train: [back], eventFrames: { height: 2, width: 2, frames: 2 } }),
    ).rejects.toThrow('train[0].events.t[2] must not be before the one in front of it, got 0');
  });

  const image = { pixels: new Uint8Array(4), height: 2, width: 2 };
  it.each([
    ['a label that is no class', [{ image, label: 2 }], 'train[0].label must be from 0 to 1, got 2'],
    ['a name that is no class', [{ image, label: 'up' }], 'train[0].label must be one of left, right, got "up"'],
    ['neither image nor frames', [{ label: 1 }], 'train[0] must have an image, frames or events'],
    ['floats as an image', [{ image: { ...image, pixels: new Float32Array(4) }, label: 1 }], 'must be a Uint8Array'],
    ['a missing row', [{ image: { ...image, height: 3 }, label: 1 }], 'must be [1 x 3 x 2] numbers, got 4'],
    [
      'another size',
      [
        { image, label: 1 },
        { image: { ...image, height: 4, width: 1 }, label: 1 },
      ],
      'train[1] has an image of 4x1x1 bytes, the samples before it an image of 2x2x1 bytes',
    ],
    ['no samples', [], '`train` has no samples'],
    ['what cannot be walked through', 5, '`train` must be iterable'],
  ])('%s is refused by name', async (_, train, message) => {
    const own = { name: 'own', classNames, train, test: images(0, 1) };
    await expect(collectDataset(own as never)).rejects.toThrow(message);
  });
});

describe('streams', () => {
  const own = {
    ...{ name: 'own', classNames },
    train: { size: 5, samples: (epoch: number) => later(images(10 * epoch, 10 * epoch + 5)) },
    test: { size: 2, samples: () => images(90, 92) },
  };
  const firsts = ({ images }: { images: number[] }) => images.filter((_, i) => i % 4 === 0);

  it('give the epoch they are asked for, from any batch on', async () => {
    const loader = await createStreamLoader(own, { batchSize: 2, seed: 0 });
    expect(loader.trainBatchCount).toBe(3);
    expect((await collect(loader.trainBatches(3))).map(firsts)).toEqual([[30, 31], [32, 33], [34]]);
    expect((await collect(loader.trainBatches(3, 1))).map(firsts)).toEqual([[32, 33], [34]]);
    expect((await collect(loader.testBatches())).map(firsts)).toEqual([[90, 91]]);
  });

  it('that end early are told', async () => {
    const train = { size: 6, samples: own.train.samples };
    const loader = await createStreamLoader({ ...own, train }, { batchSize: 2, seed: 0 });
    await expect(collect(loader.trainBatches(1))).rejects.toThrow(
      '`train` says that an epoch has 6 samples, and epoch 1 ended after 5',
    );
  });

  it('end at a signal, also while they wait, and are closed', async () => {
    const controller = new AbortController();
    let closed = false;
    async function* endless(): AsyncGenerator<LabelledSample> {
      try {
        yield* images(0, 2);
        await new Promise(() => {});
      } finally {
        closed = true;
      }
    }
    const train = { size: 4, samples: endless };
    const loader = await createStreamLoader({ ...own, train }, { batchSize: 2, seed: 0, signal: controller.signal });
    const batches = (loader.trainBatches(0) as AsyncGenerator<Batch>)[Symbol.asyncIterator]();
    await batches.next();
    const waiting = batches.next();
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    // It hangs in its own await: only one that yields can be closed.
    expect(closed).toBe(false);
  });
});

describe('modules', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'own-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function module(name: string, text: string): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, text);
    return file;
  }

  const part = (size: number) =>
    `{ labels: Array.from({ length: ${size} }, (_, i) => i % 2), ` +
    'read: (i) => ({ label: i % 2, image: { pixels: Uint8Array.of(i, 1, 2, 3), height: 2, width: 2 } }) }';

  it('are read by place, in threads as well, limited and held out like other sets', async () => {
    const text = `export default ({ timeSteps }) => ({ name: 'read' + timeSteps, classNames: ['a', 'b'], train: ${part(8)}, test: ${part(4)} });`;
    const source = `module:${await module('read.mjs', text)}`;
    const dataset = await openDataset(source, { limit: { train: 4 }, validation: 2, timeSteps: 3 });
    expect(dataset.info).toMatchObject({ name: 'read3', trainSize: 4, testSize: 2 });
    const batches = [];
    for (const workers of [0, 2]) {
      const loader = createLoader(dataset, { batchSize: 4, seed: 1, workers });
      batches.push([await collect(loader.trainBatches(0)), await collect(loader.testBatches())]);
      await loader.close();
    }
    expect(batches[1]).toEqual(batches[0]);
    const [train = [], held = []] = batches[0] ?? [];
    const firsts = (all: { images: number[] }[]) => all.flatMap(({ images }) => images.filter((_, i) => i % 4 === 0));
    expect(firsts(train).toSorted()).toEqual([0, 1, 2, 3]);
    expect(firsts(held)).toEqual([6, 7]);
  });

  it('are known by their file and by what they gave', async () => {
    const text = (value: number) =>
      `const pixels = Uint8Array.of(${value}); const one = [{ label: 0, image: { pixels, height: 1, width: 1 } }, { label: 1, image: { pixels, height: 1, width: 1 } }];\n` +
      "export const dataset = { name: 'memory', classNames: ['a', 'b'], train: one, test: one };";
    const file = await module('memory.mjs', text(1));
    const before = await openDataset(`module:${file}`);
    await writeFile(file, text(2));
    const after = await openDataset(`module:${file}`);
    expect(before.files.map(({ name }) => name)).toEqual([
      ...['memory.mjs', 'train-samples', 'train-labels', 'test-samples', 'test-labels'],
    ]);
    expect(after.files[0]?.sha256).not.toBe(before.files[0]?.sha256);
    expect(after.files[1]?.sha256).not.toBe(before.files[1]?.sha256);
    expect(after.files[2]?.sha256).toBe(before.files[2]?.sha256);
  });

  it.each([
    ['that fail', 'nothing.mjs', 'throw new Error("no card");', 'an error: no card'],
    ['whose function fails', 'fails.mjs', 'export default () => { throw new Error("no card"); };', 'threw: no card'],
    ['that export nothing', 'empty.mjs', 'export const other = 1;', 'exports of other'],
    ['that give nothing', 'none.mjs', 'export default () => 5;', "number '5'"],
    [
      'without labels',
      'labels.mjs',
      `export default { name: 'x', classNames: ['a', 'b'], train: { read() {} } };`,
      '`train` must have labels',
    ],
  ])('%s are refused by file and reason', async (_, name, text, message) => {
    const file = await module(name, text);
    const opening = openDataset(`module:${file}`);
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toThrow(file);
  });

  it('that are missing are refused', async () => {
    await expect(openDataset(`module:${join(folder, 'missing.mjs')}`)).rejects.toThrow('found no such file');
  });
});

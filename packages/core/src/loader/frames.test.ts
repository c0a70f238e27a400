/** Frames: a network that reads one at each time step, of bytes and of floats. */
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { loadForInference } from '../checkpoint/loadForInference.js';
import { createInlineEngine } from '../engine/createEngine.js';
import type { Engine, LoadRequest } from '../engine/types.js';
import { defaultLambda } from '../lambda/schedule.js';
import { buildModel } from '../models/model.js';
import { type BuilderInput, NetworkBuilder } from '../network/builder.js';
import { validateNetwork } from '../network/shapes.js';
import { RandomStream } from '../random/philox.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import type { Batch, Pixels } from './batch.js';

const [T, side, channels, classes, size] = [3, 6, 2, 4, 5];
const frame = side * side * channels;
const mean = [0.5, 0.25];
const std = [0.25, 0.5];

/** Biases in place of norms: what is computed once for all steps has the bits of what is computed at each. */
function network(input: BuilderInput) {
  return new NetworkBuilder({ input, timeSteps: T, classes })
    .conv2d({ outChannels: 8, kernel: 3, padding: 1, bias: true })
    .lif()
    .tap('early')
    .avgPool({ kernel: 2 })
    .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
    .lif()
    .build({ heads: ['early'] });
}

const shape = { channels, height: side, width: side };
const ofFrames = network({ ...shape, frames: true });

function request(changes: Partial<TrainingOptions> = {}, spec = ofFrames): LoadRequest {
  const training = defaultTrainingOptions({
    epochs: 1,
    batchSize: size,
    lambda: defaultLambda('sbp'),
    lr: 0.05,
    ...changes,
  });
  return { network: spec, training, mean, std };
}

/** Bytes [size, T, H, W, C]. */
function bytes(seed = 1): Uint8Array {
  const random = new RandomStream(seed, 5);
  return Uint8Array.from({ length: size * T * frame }, () => random.below(256));
}

const batchOf = (images: Pixels): Batch => ({
  images,
  labels: Int32Array.from({ length: size }, (_, i) => i % classes),
  indices: Uint32Array.from({ length: size }, (_, i) => 3 * i),
  size,
});

/** The frames of each image by a function of image and step. */
function framesBy(of: (image: number, step: number) => Pixels): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: size }, (_, i) => Array.from({ length: T }, (_, t) => [...of(i, t)]).flat()).flat(),
  );
}

const frameOf = (all: Uint8Array, image: number, step: number) =>
  all.subarray((image * T + step) * frame, (image * T + step + 1) * frame);

async function using<R>(one: LoadRequest, use: (engine: Engine) => Promise<R>, threads = 1): Promise<R> {
  const engine = await createInlineEngine(threads === 1 ? { build: 'single' } : { threads });
  try {
    await engine.load(one);
    return await use(engine);
  } finally {
    await engine.close();
  }
}

const place = { epoch: 0, iterationsPerEpoch: 4, headWeights: null, probe: false };

async function steps(engine: Engine, batch: Batch) {
  const losses = [];
  for (let iteration = 0; iteration < 3; iteration++) {
    losses.push((await engine.trainStep(batch, { ...place, iteration })).loss);
  }
  return { losses, weights: await engine.weightsSha256() };
}

test('an image for all steps is frames that are all that image', async () => {
  const one = bytes();
  const images = Uint8Array.from(Array.from({ length: size }, (_, i) => [...frameOf(one, i, 0)]).flat());
  const repeated = framesBy((i) => frameOf(one, i, 0));
  for (const encode of ['direct', 'rate'] as const) {
    const still = await using(request({ encode }, network(shape)), (engine) => engine.evaluateStep(batchOf(images)));
    const moving = await using(request({ encode }), (engine) => engine.evaluateStep(batchOf(repeated)));
    expect(moving).toEqual(still);
  }
});

test('each step reads its own frame, and each image its own', async () => {
  await using(request(), async (engine) => {
    await steps(engine, batchOf(bytes()));
    const { logits } = await engine.predict(bytes());
    // The last frame of the second image is the only one that differs.
    const changed = framesBy((i, t) => frameOf(bytes(i === 1 && t === T - 1 ? 9 : 1), i, t));
    const other = await engine.predict(changed);
    const differs = Array.from({ length: size }, (_, i) =>
      logits.subarray(i * classes, (i + 1) * classes).some((z, k) => z !== other.logits[i * classes + k]),
    );
    expect(differs).toEqual([false, true, false, false, false]);
    // Neurons have a memory: the order of frames matters.
    const backwards = framesBy((i, t) => frameOf(bytes(), i, T - 1 - t));
    expect((await engine.predict(backwards)).logits).not.toEqual(logits);
    const alone = await engine.predict(bytes().subarray(2 * T * frame, 3 * T * frame));
    expect(alone.logits).toEqual(logits.slice(2 * classes, 3 * classes));
  });
});

test('floats are taken as they are: bytes, scaled before, have the bits of bytes', async () => {
  const all = bytes();
  const scaled = Float32Array.from(all, (byte, at) => {
    const [m, s] = [mean[at % channels], std[at % channels]] as [number, number];
    return Math.fround(Math.fround(Math.fround(byte / 255) - m) / s);
  });
  const trained = (images: Pixels, threads: number) =>
    using(request(), async (engine) => [await steps(engine, batchOf(images)), await engine.predict(images)], threads);
  const ofBytes = await trained(all, 1);
  expect(await trained(scaled, 1)).toEqual(ofBytes);
  expect(await trained(scaled, 3)).toEqual(ofBytes);
});

test('micro-batches and inference read them, too', async () => {
  await using(request({ microBatch: 2 }), async (engine) => {
    const { losses } = await steps(engine, batchOf(bytes()));
    expect(losses.every(Number.isFinite)).toBe(true);
    const evaluated = await engine.evaluateStep(batchOf(bytes()));
    const state = structuredClone(await engine.readState());
    await loadForInference(engine, { ...request(), state }, { batchSize: 3 });
    expect((await engine.predict(bytes())).logits).toEqual(evaluated.logits);
  });
});

describe('what a network of frames does not read', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createInlineEngine({ build: 'single' });
    await engine.load(request());
  });
  afterAll(() => engine.close());

  it.each<[string, Pixels, string]>([
    [
      'two frames in place of three',
      new Uint8Array(size * 2 * frame),
      'the batch has 720, which is T = 2 in place of 3',
    ],
    ['half a frame', new Float32Array(size * T * frame - 36), '1080 floats, the batch has 1044'],
    [
      'numbers of another type',
      new Uint32Array(size * T * frame) as never,
      'of type Uint8Array or Float32Array, got a Uint32Array',
    ],
  ])('%s', async (_, images, message) => {
    await expect(engine.evaluateStep(batchOf(images))).rejects.toThrow(message);
    await expect(engine.trainStep(batchOf(images), { ...place, iteration: 0 })).rejects.toThrow(message);
  });

  it('images in place of frames', async () => {
    await expect(engine.predict(new Uint8Array(frame))).rejects.toThrow(
      'images must be one image or more: an image of 3 frames of 6x6x2 has 216 bytes, got 72',
    );
  });

  it('numbers that are not finite', async () => {
    const images = new Float32Array(size * T * frame).fill(0.5);
    images[7] = Number.NaN;
    await expect(engine.predict(images)).rejects.toThrow(
      'input: an image holds NaN (1 of 1080 numbers are not finite)',
    );
  });

  it('floats to draw spikes from, or where it reads images', async () => {
    const floats = new Float32Array(size * T * frame);
    await using(request({ encode: 'rate' }), async (own) => {
      await expect(own.predict(floats)).rejects.toThrow(
        "images are floats, which `encode` 'rate' cannot draw spikes from",
      );
    });
    await using(request({}, network(shape)), async (own) => {
      await expect(own.predict(floats)).rejects.toThrow(
        'images must be of type Uint8Array, got a Float32Array of 1080',
      );
    });
  });
});

describe('the builder', () => {
  it('takes the description of a data set, whose steps are those of the network', () => {
    expect(network({ ...shape, frames: T }).input).toEqual({ ...shape, frames: true });
    expect(network({ ...shape, frames: false }).input).toEqual(shape);
    expect(buildModel('resnet20', { input: { ...shape, frames: 5 }, timeSteps: 5 }).input.frames).toBe(true);
    expect(() => network({ ...shape, frames: 4 })).toThrow(
      'the input has 4 frames, the network 3 time steps (`timeSteps`): each frame is a time step',
    );
  });

  it('refuses a specification that says anything else', () => {
    const odd = { ...ofFrames, input: { ...shape, frames: 3 as never } };
    expect(() => validateNetwork(odd)).toThrow('network.input.frames must be true or absent, got 3');
  });
});

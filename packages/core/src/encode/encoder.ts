/** Brings a batch of images into the engine's memory and turns it into the first layer's input. */
import type { NetworkKernels } from '../layers/networkKernels.js';
import { address, type Pass } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import { dataBytes, dataOf, type Value } from '../layers/value.js';
import type { KernelCalls, KernelUser, Work } from '../layers/work.js';
import type { Batch, Mix, Pixels } from '../loader/batch.js';
import { isTypedArray } from '../plain/kind.js';
import type { TrainingOptions } from '../train/options.js';

/** A batch, or images that nobody judges. */
export type Images = Pick<Batch, 'images' | 'indices' | 'mix'> & { labels: Int32Array | null };

/** Addresses of a pass's labels, and of the other labels and their shares; 0 where no image is a mixture. */
export interface Labels {
  labels: number;
  others: number;
  shares: number;
}

export class Encoder implements KernelUser {
  readonly #kernels: NetworkKernels;
  readonly #input: Value;
  /** Of each image: T, or 1. */
  readonly #frames: number;
  readonly #kind: TrainingOptions['encode'];
  readonly #seed: number;
  readonly #norm: Buffer;
  readonly #images: Buffer;
  readonly #labels: Buffer;
  /** Other labels, then their shares. */
  readonly #mix: Buffer;
  readonly #samples: Buffer;

  constructor(
    kernels: NetworkKernels,
    input: Value,
    frames: number,
    { encode, seed }: Pick<TrainingOptions, 'encode' | 'seed'>,
    planner: Planner,
    batch: number,
  ) {
    this.#kernels = kernels;
    this.#input = input;
    this.#frames = frames;
    this.#kind = encode;
    this.#seed = seed;
    const { channels } = input;
    this.#norm = planner.permanent('normalisation', 8 * channels);
    this.#images = planner.permanent('image bytes', batch * frames * this.#framePixels());
    this.#labels = planner.permanent('labels', 4 * batch);
    this.#mix = planner.permanent('labels of mixtures', 8 * batch);
    this.#samples = planner.permanent('sample numbers', 4 * batch);
  }

  /** Numbers of one frame. */
  #framePixels(): number {
    const { height, width, channels } = this.#input;
    return height * width * channels;
  }

  /** Of the sample numbers, in the arena. */
  get samplesOffset(): number {
    return this.#samples.offsets.training;
  }

  get names(): string[] {
    return [this.#input.name];
  }

  work({ kernel, images }: KernelCalls): Work {
    if (kernel !== 'encodeDirect' && kernel !== 'encodeRate') return {};
    return { read: images * this.#frames * this.#framePixels(), written: dataBytes(this.#input, images) };
  }

  /** Once the memory is there. */
  setNormalisation(arena: number, mean: readonly number[], std: readonly number[]): void {
    const at = arena + this.#norm.offsets.training;
    new Float32Array(this.#kernels.memory.buffer, at, 2 * this.#input.channels).set([...mean, ...std]);
  }

  /** Copies images [from, from + pass.batch) of the batch and encodes them. */
  encode(pass: Pass, batch: Images, from: number, epoch: number): Labels {
    pass.watch?.layer(this.#input.name);
    const { views } = this.#kernels;
    const count = pass.batch;
    const [labels, samples] = [address(pass, this.#labels), address(pass, this.#samples)];
    if (batch.labels !== null) {
      views.of(Int32Array, labels, count).set(batch.labels.subarray(from, from + count));
    }
    views.of(Uint32Array, samples, count).set(batch.indices.subarray(from, from + count));
    const each = this.#frames * this.#framePixels();
    const part = batch.images.subarray(from * each, (from + count) * each);
    if (isTypedArray(part, 'Float32Array')) this.#takeFloats(pass, part);
    else this.#encodeBytes(pass, part, samples, epoch);
    return { labels, ...this.#takeMix(pass, batch.mix, from) };
  }

  #takeMix(pass: Pass, mix: Mix | undefined, from: number): Omit<Labels, 'labels'> {
    if (mix === undefined) return { others: 0, shares: 0 };
    const { views } = this.#kernels;
    const count = pass.batch;
    const others = address(pass, this.#mix);
    const shares = others + 4 * count;
    views.of(Int32Array, others, count).set(mix.labels.subarray(from, from + count));
    views.of(Float32Array, shares, count).set(mix.share.subarray(from, from + count));
    return { others, shares };
  }

  #takeFloats(pass: Pass, floats: Pixels): void {
    const out = address(pass, dataOf(this.#input));
    this.#stepsFirst(floats, this.#kernels.views.of(Float32Array, out, floats.length));
    pass.guard.check(this.#input.name, 'an image', out, floats.length);
  }

  #encodeBytes(pass: Pass, bytes: Pixels, samples: number, epoch: number): void {
    const { api, views } = this.#kernels;
    const { height, width, channels, steps } = this.#input;
    const [images, out] = [address(pass, this.#images), address(pass, dataOf(this.#input))];
    this.#stepsFirst(bytes, views.of(Uint8Array, images, bytes.length));
    const count = pass.batch;
    const pixels = height * width;
    if (this.#kind === 'direct') {
      api.encodeDirect(channels, this.#frames * count * pixels, images, address(pass, this.#norm), out);
    } else {
      api.encodeRate(steps, this.#frames, count, pixels, channels, this.#seed, epoch, samples, images, out);
      pass.watch?.spikes(this.#input.name, out, dataBytes(this.#input, count) / 4, 0);
    }
  }

  /** From images [B, T, pixels] to values [T, B, pixels]. */
  #stepsFirst(images: Pixels, values: Pixels): void {
    const frames = this.#frames;
    if (frames === 1) {
      values.set(images);
      return;
    }
    const size = this.#framePixels();
    const count = images.length / (frames * size);
    for (let i = 0; i < count; i++) {
      for (let t = 0; t < frames; t++) {
        const at = (i * frames + t) * size;
        values.set(images.subarray(at, at + size), (t * count + i) * size);
      }
    }
  }
}

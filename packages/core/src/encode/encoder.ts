/** Brings a batch of image bytes into the engine's memory and turns it into the first layer's input. */
import type { Kernels } from '../kernels/kernels.js';
import { address, type Pass } from '../layers/pass.js';
import type { Buffer, Planner } from '../layers/planner.js';
import { dataBytes, type Value } from '../layers/value.js';
import type { KernelCalls, KernelUser, Work } from '../layers/work.js';
import type { Batch } from '../loader/batch.js';

/** A batch, or images that nobody judges. */
export type Images = Pick<Batch, 'images' | 'indices'> & { labels: Int32Array | null };

export class Encoder implements KernelUser {
  readonly #kernels: Kernels;
  readonly #input: Value;
  readonly #kind: 'direct' | 'rate';
  readonly #seed: number;
  readonly #norm: Buffer;
  readonly #images: Buffer;
  readonly #labels: Buffer;
  readonly #samples: Buffer;

  constructor(kernels: Kernels, input: Value, kind: 'direct' | 'rate', seed: number, planner: Planner, batch: number) {
    this.#kernels = kernels;
    this.#input = input;
    this.#kind = kind;
    this.#seed = seed;
    const { channels } = input;
    this.#norm = planner.permanent('normalisation', 8 * channels);
    this.#images = planner.permanent('image bytes', batch * this.#imageBytes());
    this.#labels = planner.permanent('labels', 4 * batch);
    this.#samples = planner.permanent('sample numbers', 4 * batch);
  }

  #imageBytes(): number {
    const { height, width, channels } = this.#input;
    return height * width * channels;
  }

  get names(): string[] {
    return [this.#input.name];
  }

  work({ kernel, images }: KernelCalls): Work {
    if (kernel !== 'encodeDirect' && kernel !== 'encodeRate') return {};
    return { read: images * this.#imageBytes(), written: dataBytes(this.#input, images) };
  }

  /** Once the memory is there. */
  setNormalisation(arena: number, mean: readonly number[], std: readonly number[]): void {
    const at = arena + this.#norm.offsets.training;
    new Float32Array(this.#kernels.memory.buffer, at, 2 * this.#input.channels).set([...mean, ...std]);
  }

  /** Copies images [from, from + pass.batch) of the batch and encodes them; returns the labels' address. */
  encode(pass: Pass, batch: Images, from: number, epoch: number): number {
    pass.watch?.layer(this.#input.name);
    const { memory, api } = this.#kernels;
    const count = pass.batch;
    const bytes = this.#imageBytes();
    const { height, width, channels, steps, data } = this.#input;
    const [images, labels, samples] = [
      address(pass, this.#images),
      address(pass, this.#labels),
      address(pass, this.#samples),
    ];
    const part = batch.images.subarray(from * bytes, (from + count) * bytes);
    new Uint8Array(memory.buffer, images, count * bytes).set(part);
    if (batch.labels !== null) {
      new Int32Array(memory.buffer, labels, count).set(batch.labels.subarray(from, from + count));
    }
    new Uint32Array(memory.buffer, samples, count).set(batch.indices.subarray(from, from + count));
    const out = address(pass, data);
    if (this.#kind === 'direct') {
      api.encodeDirect(channels, count * height * width, images, address(pass, this.#norm), out);
    } else {
      api.encodeRate(steps, count, height * width, channels, this.#seed, epoch, samples, images, out);
      pass.watch?.spikes(this.#input.name, out, dataBytes(this.#input, count) / 4, 0);
    }
    return labels;
  }
}

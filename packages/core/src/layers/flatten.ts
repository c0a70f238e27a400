/**
 * A map as one pixel with the channels of all, pixel after pixel, for fully connected layers. Its gradient and its values
 * lie in memory as they lay. Spikes do where the channels of a pixel fill whole words; else their bits are moved together.
 */
import type { Kernels } from '../kernels/kernels.js';
import { address, type Pass } from './pass.js';
import type { Buffer, LastUse, Planner } from './planner.js';
import { type Plane, plainPlane, planeBytes, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

const wordBits = 32;

/** The value `source`, of one pixel. Of the same name: who reads this one reads that one. */
class FlatValue implements Value {
  readonly height = 1;
  readonly width = 1;
  readonly inject = null;
  readonly #source: Value;

  constructor(source: Value) {
    this.#source = source;
  }

  get name() {
    return this.#source.name;
  }

  get kind() {
    return this.#source.kind;
  }

  get steps() {
    return this.#source.steps;
  }

  get trueChannels() {
    return this.#pixels * this.#source.trueChannels;
  }

  get channels() {
    return this.#pixels * this.#source.channels;
  }

  get wantsGradient() {
    return this.#source.wantsGradient;
  }

  get planes(): readonly Plane[] {
    return this.#source.planes;
  }

  get active() {
    return this.#source.active;
  }

  get gradient() {
    return this.#source.gradient;
  }

  set gradient(buffer: Buffer | null) {
    this.#source.gradient = buffer;
  }

  get #pixels() {
    return this.#source.height * this.#source.width;
  }
}

/** Spikes whose bits lie elsewhere than those of `source`. */
class MovedSpikes extends FlatValue {
  readonly #planes: readonly Plane[];
  #active: Buffer | null = null;

  constructor(source: Value) {
    super(source);
    this.#planes = source.planes.map(({ weight, fixed }) => ({ ...plainPlane(), weight, fixed }));
  }

  override get planes() {
    return this.#planes;
  }

  override get active() {
    return this.#active;
  }

  place(active: Buffer | null): void {
    this.#active = active;
  }
}

/** Moves the bits of spikes together. */
export class FlattenLayer implements KernelUser {
  readonly source: Value;
  readonly output: MovedSpikes;
  readonly #kernels: Kernels;

  constructor(kernels: Kernels, source: Value) {
    this.source = source;
    this.#kernels = kernels;
    this.output = new MovedSpikes(source);
  }

  planForward(planner: Planner, batch: number, time: number, backward: number, lastUse: LastUse): void {
    const [name] = this.names;
    const bytes = planeBytes(this.output, batch);
    for (const plane of this.output.planes) {
      plane.data = planner.buffer(`${name} spikes`, bytes, [time, lastUse.training], [time, lastUse.evaluation]);
    }
    const isAsked = this.source.active !== null;
    this.output.place(isAsked ? planner.buffer(`${name} active neurons`, bytes, [time, backward], null) : null);
  }

  /** The gradient of one is that of the other. */
  planBackward(_planner: Planner, _batch: number, _forward: number, time: number): void {
    this.source.gradient?.extend(time);
  }

  get reads(): Value[] {
    return [this.source];
  }

  get kernelUsers(): KernelUser[] {
    return [this];
  }

  get names(): [string] {
    return [`${this.source.name}.flatten`];
  }

  work({ kernel, images, mode }: KernelCalls): Work {
    if (kernel !== 'flatten') return {};
    const { source, output } = this;
    const values = source.planes.length + (mode === 'training' && source.active !== null ? 1 : 0);
    return { read: values * planeBytes(source, images), written: values * planeBytes(output, images) };
  }

  /** Nothing is folded here. */
  fold(): void {}

  forward(pass: Pass): void {
    const { source, output } = this;
    pass.watch?.layer(this.names[0]);
    source.planes.forEach(({ data }, i) => {
      this.#move(pass, data, (output.planes[i] as Plane).data);
    });
    if (pass.mode === 'training' && source.active !== null) {
      this.#move(pass, source.active, output.active as Buffer);
    }
  }

  #move(pass: Pass, from: Buffer, to: Buffer): void {
    const { steps, height, width, channels } = this.source;
    this.#kernels.api.flatten(steps * pass.batch, height * width, channels, address(pass, from), address(pass, to));
  }

  backward(): void {}
}

/** `source` as one pixel, and the layer that makes it so; null: it lies so already. */
export function flatten(kernels: Kernels, source: Value): { value: Value; layer: FlattenLayer | null } {
  if (source.height * source.width === 1) return { value: source, layer: null };
  if (source.kind !== 'spikes' || source.channels % wordBits === 0) {
    return { value: new FlatValue(source), layer: null };
  }
  const layer = new FlattenLayer(kernels, source);
  return { value: layer.output, layer };
}

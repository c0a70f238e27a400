import type { Pool } from '../kernels/api.js';
import { windowCount } from '../network/shapes.js';
import type { PoolSpec } from '../network/spec.js';
import { enterGradient } from './gradient.js';
import type { PerBatch } from './kernelObjects.js';
import type { NetworkKernels } from './networkKernels.js';
import { address, eachPlane, type Pass } from './pass.js';
import type { Buffer, LastUse, Planner } from './planner.js';
import { dataBytes, dataOf, gradientBytes, isBinary, type Plane, plainPlane, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

/**
 * Average or maximum pooling; the maximum of spikes of one bit is spikes, an average is a current. The maximum of a sum of
 * planes is a current, too, of the values that they add up to.
 */
export class PoolLayer implements KernelUser {
  readonly spec: PoolSpec;
  readonly source: Value;
  readonly output: Value;
  readonly #sizes: PerBatch<Pool>;
  /** Of several planes, where the largest is wanted. */
  readonly #addsUp: boolean;
  #values: Buffer | null = null;
  /** Whether the source's gradient already holds something when this layer's backward pass comes. */
  accumulates = false;

  constructor(kernels: NetworkKernels, spec: PoolSpec, source: Value) {
    this.spec = spec;
    this.source = source;
    const { kernel, stride, padding } = spec;
    const { steps, height, width, channels } = source;
    const isMaximum = spec.type === 'maxPool';
    this.#addsUp = isMaximum && source.kind === 'spikes' && !isBinary(source);
    const isSpikes = source.kind === 'spikes' && !this.#addsUp;
    this.#sizes = kernels.objects.perBatch(
      (batch) => new kernels.api.Pool(steps * batch, height, width, channels, kernel, stride, padding, isSpikes),
    );
    const { counts: _, ...shape } = source;
    this.output = {
      ...shape,
      name: spec.name,
      kind: isSpikes && isMaximum ? 'spikes' : 'current',
      height: windowCount(height, kernel, stride, padding),
      width: windowCount(width, kernel, stride, padding),
      planes: [plainPlane()],
      active: null,
      gradient: null,
      inject: null,
    };
  }

  planForward(planner: Planner, batch: number, time: number, backward: number, lastUse: LastUse): void {
    const bytes = dataBytes(this.output, batch);
    const [output] = this.output.planes as [Plane];
    if (this.#addsUp) {
      const name = `${this.spec.name} input`;
      this.#values = planner.buffer(name, gradientBytes(this.source, batch), [time, backward], [time, time]);
    }
    output.data = planner.buffer(
      `${this.spec.name} output`,
      bytes,
      [time, lastUse.training],
      [time, lastUse.evaluation],
    );
  }

  planBackward(planner: Planner, batch: number, _forward: number, time: number): void {
    const { source, output } = this;
    output.gradient?.extend(time);
    if (!source.wantsGradient || output.gradient === null) return;
    this.accumulates = enterGradient(planner, source, batch, time);
  }

  get reads(): Value[] {
    return [this.source];
  }

  get kernelUsers(): KernelUser[] {
    return [this];
  }

  get names(): string[] {
    return [this.spec.name];
  }

  work({ kernel, images }: KernelCalls): Work {
    const { source, output } = this;
    const data = dataBytes(source, images);
    const gradients = (this.accumulates ? 1 : 0) * gradientBytes(source, images) + gradientBytes(output, images);
    switch (kernel) {
      case 'Pool.averageForward':
      case 'Pool.averageForwardPlane':
      case 'Pool.maxForward':
        return { read: data, written: dataBytes(output, images) };
      case 'Pool.maxBackward':
        return { read: data + gradients, written: gradientBytes(source, images) };
      case 'Pool.averageBackward':
        return { read: gradients, written: gradientBytes(source, images) };
      case 'planeValues':
        return { read: data, written: gradientBytes(source, images) };
      default:
        return {};
    }
  }

  /** A pool has no map. */
  fold(): void {}

  forward(pass: Pass): void {
    const kernel = this.#sizes.for(pass.batch);
    const y = address(pass, dataOf(this.output));
    pass.watch?.layer(this.spec.name);
    if (this.spec.type === 'maxPool') {
      kernel.maxForward(this.#input(pass), y);
    } else if (this.source.kind === 'current') {
      kernel.averageForward(address(pass, dataOf(this.source)), y);
    } else {
      eachPlane(pass, this.source, (x, weight, accumulate) => {
        if (weight === null) kernel.averageForward(x, y);
        else kernel.averageForwardPlane(x, weight, accumulate, y);
      });
    }
    if (this.output.kind === 'spikes') pass.watch?.spikes(this.spec.name, y, dataBytes(this.output, pass.batch) / 4, 0);
  }

  /** The address of what the maximum is taken of. */
  #input(pass: Pass): number {
    const { source } = this;
    if (this.#values === null) return address(pass, dataOf(source));
    const values = address(pass, this.#values);
    const pixels = source.steps * pass.batch * source.height * source.width;
    eachPlane(pass, source, (bits, weight, accumulate) => {
      pass.api.planeValues(pixels, source.channels, bits, weight ?? 1, accumulate, values);
    });
    return values;
  }

  backward(pass: Pass): void {
    const { source, output } = this;
    if (!source.wantsGradient || source.gradient === null || output.gradient === null) return;
    const kernel = this.#sizes.for(pass.batch);
    pass.watch?.layer(this.spec.name);
    const dy = address(pass, output.gradient);
    const dx = address(pass, source.gradient);
    if (this.spec.type === 'avgPool') kernel.averageBackward(dy, this.accumulates, dx);
    else kernel.maxBackward(address(pass, this.#values ?? dataOf(source)), dy, this.accumulates, dx);
  }
}

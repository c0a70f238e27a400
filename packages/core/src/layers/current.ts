/**
 * A membrane current that several layers read: the sum of its terms, written once, `[steps, B, H, W, C]` floats. Elsewhere a
 * current has one reader, which sums it up as it goes.
 *
 * Backward: the readers leave dL/dcurrent, the first of them writing and the others adding, and from it the terms go on.
 */
import type { Currents } from '../kernels/api.js';
import type { PerBatch } from './kernelObjects.js';
import type { NetworkKernels } from './networkKernels.js';
import { address, type Pass } from './pass.js';
import type { Buffer, LastUse, Planner } from './planner.js';
import type { CurrentTerms } from './terms.js';
import { dataBytes, dataOf, gradientBytes, type Plane, plainPlane, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

export class CurrentLayer implements KernelUser {
  readonly output: Value;
  readonly terms: CurrentTerms;
  readonly #sizes: PerBatch<Currents>;
  #partial!: Buffer;
  #sums!: Buffer;
  #sumsLength = 0;

  /** `name`: of the layer of the specification that gives the current. */
  constructor(kernels: NetworkKernels, name: string, terms: CurrentTerms) {
    this.terms = terms;
    const { height, width, trueChannels, channels } = terms.first;
    const { steps } = terms;
    this.#sizes = kernels.objects.perBatch(
      (batch) => new kernels.api.Currents(steps, batch, height * width, channels, ...terms.tableSteps),
    );
    this.output = {
      ...{ name, kind: 'current', steps, height, width, trueChannels, channels },
      planes: [plainPlane()],
      active: null,
      gradient: null,
      wantsGradient: terms.wantsGradient,
      inject: null,
    };
  }

  planForward(planner: Planner, batch: number, time: number, _backward: number, lastUse: LastUse): void {
    const [output] = this.output.planes as [Plane];
    const bytes = dataBytes(this.output, batch);
    output.data = planner.buffer(
      `${this.output.name} current`,
      bytes,
      [time, lastUse.training],
      [time, lastUse.evaluation],
    );
  }

  planBackward(planner: Planner, batch: number, forward: number, time: number): void {
    const { name, gradient: buffer, steps, channels } = this.output;
    const size = this.#sizes.for(batch);
    buffer?.extend(time);
    this.#sumsLength = size.sumRows * channels;
    this.#partial = planner.buffer(`${name} partial sums`, 4 * size.partialLen, [time, time], null);
    this.#sums = planner.buffer(`${name} sums`, 4 * this.#sumsLength, [time, this.terms.lastTerm(time)], null);
    this.terms.plan(planner, batch, forward, time, buffer === null ? null : { buffer, steps });
  }

  get reads(): Value[] {
    return this.terms.reads;
  }

  get kernelUsers(): KernelUser[] {
    return [this, ...this.terms.kernelUsers];
  }

  get names(): string[] {
    return [this.output.name];
  }

  work({ kernel, images }: KernelCalls): Work {
    const { terms, output } = this;
    switch (kernel) {
      case 'Currents.forward':
        return { read: terms.bytes(images), written: dataBytes(output, images) };
      case 'Currents.backward':
        return { read: terms.bytes(images) + gradientBytes(output, images), written: 0 };
      case 'sumSteps':
      case 'accumulate':
        return terms.gradientWork(kernel, images, output.steps);
      default:
        return {};
    }
  }

  fold(pass: Pass): void {
    this.terms.fold(pass);
  }

  forward(pass: Pass): void {
    this.terms.forward(pass);
    pass.watch?.layer(this.output.name);
    if (!pass.folded) this.terms.fillPlainTable(pass);
    const size = this.#sizes.for(pass.batch);
    size.forward(...this.terms.addresses(pass, size), address(pass, dataOf(this.output)));
  }

  backward(pass: Pass): void {
    const { name, gradient, steps } = this.output;
    if (gradient === null) return;
    pass.watch?.layer(name);
    const g = address(pass, gradient);
    const size = this.#sizes.for(pass.batch);
    const sums = address(pass, this.#sums);
    if (this.terms.convolutions.length > 0) {
      size.backward(...this.terms.addresses(pass, size), g, address(pass, this.#partial), sums);
      pass.guard.check(name, 'the sum of the gradient of its current', sums, this.#sumsLength);
    }
    this.terms.backward(pass, name, g, steps, { at: sums, steps: size.sumSteps });
  }
}

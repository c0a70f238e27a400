/**
 * Spikes and spikes, element by element (Fang et al. 2021): the residual connection of SEW ResNets. A sum is a binary number,
 * or the planes of both operands where they lie if a weight among them is learned; an AND or IAND is a new plane. Either's
 * gradient goes on to both operands.
 */
import { BitOperation, Factor } from '../kernels/api.js';
import type { Api } from '../kernels/kernels.js';
import type { SewSpec } from '../network/spec.js';
import { enterGradient } from './gradient.js';
import { address, type Pass } from './pass.js';
import type { Buffer, LastUse, Planner } from './planner.js';
import { type SumOfPlanes, sumOfPlanes } from './sumOfPlanes.js';
import { dataOf, gradientBytes, type Plane, plainPlane, planeBytes, type Value } from './value.js';
import type { KernelCalls, KernelUser, Work } from './work.js';

/** The derivative of the result by each operand, which is of the other's bits. */
const factors = {
  add: [Factor.One, Factor.One],
  and: [Factor.Bits, Factor.Bits],
  iand: [Factor.Minus, Factor.Not],
} as const satisfies Record<SewSpec['operation'], readonly [branch: Factor, identity: Factor]>;

/** An operand whose gradient is wanted. */
interface Receiver {
  readonly operand: Value;
  readonly other: Value;
  readonly factor: Factor;
  /** Whether its gradient holds something already. */
  readonly accumulates: boolean;
  /** Whether the result's gradient becomes the operand's own, where it lies. */
  readonly takesOver: boolean;
}

export class SewLayer implements KernelUser {
  readonly spec: SewSpec;
  readonly output: Value;
  readonly #api: Api;
  readonly #operands: readonly [branch: Value, identity: Value];
  /** Null where the operands' planes are the sum's, and for an AND or IAND. */
  readonly #sum: SumOfPlanes | null;
  #receivers: readonly Receiver[] = [];

  constructor(api: Api, spec: SewSpec, branch: Value, identity: Value) {
    this.#api = api;
    this.spec = spec;
    this.#operands = [branch, identity];
    this.#sum = spec.operation === 'add' ? sumOfPlanes(branch, identity) : null;
    const { counts: _, ...shape } = branch;
    const listed = spec.operation === 'add' ? [...branch.planes, ...identity.planes] : [plainPlane()];
    this.output = {
      ...shape,
      name: spec.name,
      planes: this.#sum?.planes ?? listed,
      ...(this.#sum === null ? {} : { counts: this.#sum.counts }),
      active: null,
      gradient: null,
      wantsGradient: branch.wantsGradient || identity.wantsGradient,
      inject: null,
    };
  }

  planForward(planner: Planner, batch: number, time: number, backward: number, lastUse: LastUse): void {
    const { spec, output } = this;
    const bytes = planeBytes(output, batch);
    for (const plane of this.#own) {
      const isRead = output.planes.includes(plane);
      const [training, evaluation] = isRead ? [lastUse.training, lastUse.evaluation] : [time, time];
      plane.data = planner.buffer(`${spec.name} spikes`, bytes, [time, training], [time, evaluation]);
    }
    // A gradient is needed where either operand lets it through.
    if (this.#operands.every(({ active }) => active !== null)) {
      (output as { active: Buffer | null }).active = planner.buffer(
        `${spec.name} active neurons`,
        bytes,
        [time, backward],
        null,
      );
    }
  }

  planBackward(planner: Planner, batch: number, _forward: number, time: number): void {
    const { spec, output } = this;
    const result = output.gradient;
    result?.extend(time);
    let isTaken = spec.operation !== 'add' || result === null;
    this.#receivers = this.#operands.flatMap((operand, i) => {
      if (!operand.wantsGradient) return [];
      const takesOver = !isTaken && operand.gradient === null;
      isTaken ||= takesOver;
      const accumulates = enterGradient(planner, operand, batch, time, takesOver ? result : null);
      const other = this.#operands[1 - i] as Value;
      return [{ operand, other, factor: factors[spec.operation][i] as Factor, accumulates, takesOver }];
    });
  }

  /** The planes that it writes. */
  get #own(): Plane[] {
    if (this.spec.operation !== 'add') return [...this.output.planes];
    const made = this.#sum?.steps.flatMap(({ sum, carried }) => [sum, carried]) ?? [];
    return made.filter((plane) => plane !== null);
  }

  /** Not the operands' planes that are the sum's, which are read by those who read it. */
  get reads(): Value[] {
    return this.spec.operation === 'add' && this.#sum === null ? [] : [...this.#operands];
  }

  get kernelUsers(): KernelUser[] {
    return [this];
  }

  get names(): string[] {
    return [this.spec.name];
  }

  work({ kernel, images, calls }: KernelCalls): Work {
    const gradient = gradientBytes(this.output, images);
    switch (kernel) {
      case 'addDigits':
        return {
          read: 3 * calls * planeBytes(this.output, images),
          written: 2 * calls * planeBytes(this.output, images),
        };
      case 'combineBits':
        return { read: 2 * calls * planeBytes(this.output, images), written: calls * planeBytes(this.output, images) };
      case 'passGradient': {
        const added = this.#receivers.filter(({ accumulates }) => accumulates).length;
        return { read: (calls + added) * gradient, written: calls * gradient };
      }
      default:
        return {};
    }
  }

  /** There is no map. */
  fold(): void {}

  forward(pass: Pass): void {
    const { spec, output } = this;
    const [branch, identity] = this.#operands;
    const words = planeBytes(output, pass.batch) / 4;
    pass.watch?.layer(spec.name);
    if (spec.operation !== 'add') {
      const operation = spec.operation === 'and' ? BitOperation.And : BitOperation.AndNot;
      const [kept, other] = [identity, branch].map((value) => address(pass, dataOf(value))) as [number, number];
      this.#api.combineBits(operation, kept, other, words, address(pass, dataOf(output)));
    }
    for (const { a, b, carry, sum, carried } of this.#sum?.steps ?? []) {
      const at = (plane: Plane | null) => (plane === null ? 0 : address(pass, plane.data));
      this.#api.addDigits(at(a), at(b), at(carry), words, at(sum), at(carried));
    }
    let active = 0;
    if (pass.mode === 'training' && output.active !== null) {
      active = address(pass, output.active);
      const [first, second] = [branch, identity].map((value) => address(pass, value.active as Buffer)) as [
        number,
        number,
      ];
      this.#api.combineBits(BitOperation.Or, first, second, words, active);
    }
    output.planes.forEach((plane, i) => {
      pass.watch?.spikes(spec.name, address(pass, plane.data), words, i === 0 ? active : 0);
    });
  }

  backward(pass: Pass): void {
    const { spec, output } = this;
    const { height, width, channels, steps } = output;
    pass.watch?.layer(spec.name);
    const pixels = height * width;
    const g = output.gradient === null ? 0 : address(pass, output.gradient);
    const inject = output.inject === null ? 0 : address(pass, output.inject);
    // Where only heads read the result, some memory that is there: nobody looks at what it holds.
    const place = output.gradient ?? this.#receivers[0]?.operand.gradient ?? null;
    if (place === null) return;
    const gradient = { address: address(pass, place), dense: g !== 0, inject, pixels, channels };
    pass.onGradient?.(spec.name, gradient);
    const give = ({ operand, other, factor, accumulates, takesOver }: Receiver) => {
      const bits = factor === Factor.One ? 0 : address(pass, dataOf(other));
      const into = address(pass, operand.gradient as Buffer);
      const from = takesOver ? 0 : g;
      if (takesOver && inject === 0) return;
      const adds = accumulates || takesOver;
      this.#api.passGradient(steps, pass.batch, pixels, channels, from, inject, factor, bits, adds, into);
    };
    // The gradient's own place comes last: until then it is read.
    this.#receivers.filter(({ takesOver }) => !takesOver).forEach(give);
    this.#receivers.filter(({ takesOver }) => takesOver).forEach(give);
  }
}

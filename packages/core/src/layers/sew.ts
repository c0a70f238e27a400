/**
 * Spikes and spikes, element by element (Fang et al. 2021): the residual connection of SEW ResNets. A sum is the planes of
 * both operands where they lie, an AND or IAND a new plane. Either's gradient goes on to both operands.
 */
import { BitOperation, Factor } from '../kernels/api.js';
import type { Api } from '../kernels/kernels.js';
import type { SewSpec } from '../network/spec.js';
import { address, type Pass } from './pass.js';
import type { Buffer, Planner } from './planner.js';
import { dataOf, gradientBytes, plainPlane, planeBytes, type Value } from './value.js';
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
  #receivers: readonly Receiver[] = [];

  constructor(api: Api, spec: SewSpec, branch: Value, identity: Value) {
    this.#api = api;
    this.spec = spec;
    this.#operands = [branch, identity];
    this.output = {
      ...branch,
      name: spec.name,
      planes: spec.operation === 'add' ? [...branch.planes, ...identity.planes] : [plainPlane()],
      active: null,
      gradient: null,
      wantsGradient: branch.wantsGradient || identity.wantsGradient,
      inject: null,
    };
  }

  planForward(
    planner: Planner,
    batch: number,
    time: number,
    backward: number,
    lastUse: { training: number; evaluation: number },
  ): void {
    const { spec, output } = this;
    const bytes = planeBytes(output, batch);
    if (spec.operation !== 'add') {
      const [plane] = output.planes as [Value['planes'][0]];
      plane.data = planner.buffer(`${spec.name} spikes`, bytes, [time, lastUse.training], [time, lastUse.evaluation]);
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
      const accumulates = operand.gradient !== null;
      const takesOver = !isTaken && !accumulates;
      isTaken ||= takesOver;
      operand.gradient ??= takesOver
        ? result
        : planner.buffer(`${operand.name} gradient`, gradientBytes(operand, batch), [time, time], null);
      operand.gradient?.extend(time);
      const other = this.#operands[1 - i] as Value;
      return [{ operand, other, factor: factors[spec.operation][i] as Factor, accumulates, takesOver }];
    });
  }

  /** A sum's planes are read by those who read the sum. */
  get reads(): Value[] {
    return this.spec.operation === 'add' ? [] : [...this.#operands];
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

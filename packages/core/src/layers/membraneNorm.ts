/**
 * The normalisation of a layer's membrane between charge and fire, of the kinds of neurons that have one: by a time step's
 * own statistics in training, by running ones in evaluation, where it is folded into a threshold for each channel.
 */
import type { Neurons } from '../kernels/api.js';
import type { Kernels } from '../kernels/kernels.js';
import type { Running } from '../neurons/neuron.js';
import type { Parameter, Parameters } from './parameters.js';
import { address, type Pass } from './pass.js';
import type { Buffer, Planner } from './planner.js';
import type { TermAddresses } from './terms.js';
import { gradientBytes, type Value } from './value.js';

export class MembraneNorm {
  readonly #kernels: Kernels;
  readonly #layer: string;
  readonly #channels: number;
  readonly #running: Parameters;
  /** The first of the running statistics; the others lie behind it. */
  readonly #statistics: Parameter;
  #statisticsLength = 0;
  #buffers!: Record<'membrane' | 'table' | 'scratch' | 'thresholds', Buffer>;

  /** `statistics`: at least one. */
  constructor(kernels: Kernels, output: Value, statistics: readonly Running[], running: Parameters) {
    this.#kernels = kernels;
    this.#layer = output.name;
    this.#channels = output.channels;
    this.#running = running;
    const [shape, padded] = [[output.trueChannels], [output.channels]];
    const added = statistics.map(({ name, init }) =>
      running.add({
        ...{ name: `${output.name}.${name}`, shape, layout: 'vector', decays: false, padded },
        init: { constant: init },
      }),
    );
    this.#statistics = added[0] as Parameter;
    this.#statisticsLength = added.reduce((sum, { length }) => sum + length, 0);
  }

  plan(planner: Planner, batch: number, size: Neurons, output: Value, forward: number, backward: number): void {
    const { name, steps } = output;
    const [whole, now] = [[forward, backward] as const, [forward, forward] as const];
    const tableBytes = 4 * steps * this.#kernels.api.channelTableLen(this.#channels);
    this.#buffers = {
      membrane: planner.buffer(`${name} membrane`, gradientBytes(output, batch), whole, null),
      table: planner.buffer(`${name} channels`, tableBytes, whole, now),
      scratch: planner.buffer(`${name} membrane sums`, 4 * size.membraneScratchLen, now, null),
      thresholds: planner.table(`${name} thresholds`, 8 * this.#channels, null, now),
    };
  }

  /** The thresholds of an evaluation, from what is loaded alone. `learned`: the norm's parameters. */
  fold(pass: Pass, size: Neurons, learned: number): void {
    const running = this.#running.weight(this.#statistics);
    pass.guard.check(this.#layer, 'its running mean and variance', running, this.#statisticsLength);
    size.fold(learned, running, address(pass, this.#buffers.table), this.thresholds(pass));
  }

  /** Where those lie. */
  thresholds(pass: Pass): number {
    return address(pass, this.#buffers.thresholds);
  }

  /** A forward pass of training. */
  forward(
    pass: Pass,
    size: Neurons,
    terms: TermAddresses,
    learned: number,
    start: number,
    spikes: number,
    active: number,
  ): void {
    const running = this.#running.weight(this.#statistics);
    const [membrane, table, scratch] = [this.#buffers.membrane, this.#buffers.table, this.#buffers.scratch].map(
      (buffer) => address(pass, buffer),
    ) as [number, number, number];
    size.forwardSteps(...terms, learned, start, running, membrane, table, scratch, spikes, active);
    const step = this.#kernels.api.channelTableLen(this.#channels);
    for (let at = table; at < table + 4 * size.membraneTableLen; at += 4 * step) {
      pass.guard.check(this.#layer, "its membrane's scale, shift, mean and variance", at, 4 * this.#channels);
    }
    pass.guard.check(this.#layer, 'its running mean and variance', running, this.#statisticsLength);
  }

  /** Addresses of what the way back needs. */
  kept(pass: Pass): [membrane: number, table: number] {
    return [address(pass, this.#buffers.membrane), address(pass, this.#buffers.table)];
  }
}

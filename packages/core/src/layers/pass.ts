/** The context of a pass over the network, which every layer is given. */
import type { Api } from '../kernels/kernels.js';
import type { Guard } from './guard.js';
import type { Parameter } from './parameters.js';
import type { Buffer, Mode } from './planner.js';
import { dataOf, isBinary, type Value } from './value.js';

export interface Pass {
  readonly api: Api;
  readonly mode: Mode;
  /** Whether the channel tables are there already, as in inference. */
  readonly folded: boolean;
  /** Images in this pass. */
  readonly batch: number;
  /** Address of their numbers in the data set. */
  readonly samples: number;
  /** The training step, from 0, or `evaluationStep`: what random membranes depend on. */
  readonly step: number;
  /** Where the arena of the memory plan starts. */
  readonly arena: number;
  /** Called with each LIF layer's spikes when they are there. */
  readonly onSpikes: ((layer: string, address: number, words: number) => void) | null;
  /**
   * Called with the gradient at a tap before the layer's backward pass uses it. Where somebody listens, gradients are computed
   * at every position, else only where a surrogate lets them pass.
   */
  readonly onGradient: ((layer: string, gradient: TapGradient) => void) | null;
  /** Takes the gradient of a weight whose gradient is not kept, when it is complete and the weight is no longer needed. */
  readonly onWeightGradient: ((parameter: Parameter, address: number) => void) | null;
  /** Shown the numbers that tell whether everything is finite. */
  readonly guard: Guard;
  /** Told where the pass is; null unless somebody asked for a profile. */
  readonly watch: Watch | null;
}

/** Follows a pass over the network. */
export interface Watch {
  /** The kernels called from here on work for this layer. */
  layer(name: string): void;
  /**
   * A plane of a value's spikes lies at an address, and the bits of its active neurons at another (0: not kept, or those of
   * another plane).
   */
  spikes(value: string, address: number, words: number, active: number): void;
}

/** The step of passes that train nothing. */
export const evaluationStep = 2 ** 32 - 1;

export interface TapGradient {
  address: number;
  /** Whether there is anything at the address, besides `inject`. */
  dense: boolean;
  /** [B, C] from the heads; 0: none. */
  inject: number;
  pixels: number;
  channels: number;
}

export function address(pass: Pass, buffer: Buffer): number {
  return pass.arena + buffer.offsets[pass.mode];
}

/**
 * Calls `visit` with the address and the weight of each plane of spikes: null for the only plane of a value, of bits that
 * count 1, which most values are. `accumulate`: others came before.
 */
export function eachPlane(
  pass: Pass,
  value: Value,
  visit: (spikes: number, weight: number | null, accumulate: boolean) => void,
): void {
  if (isBinary(value)) {
    visit(address(pass, dataOf(value)), null, false);
    return;
  }
  value.planes.forEach((plane, i) => {
    visit(address(pass, plane.data), plane.weight(), i > 0);
  });
}

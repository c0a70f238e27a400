import type { Kind } from '../../fields/kind.js';
import type { NetworkBuilder } from '../../network/builder.js';
import type { Block } from '../blocks.js';

/** A kind of residual connection: how a ResNet's block is made. */
export interface ResidualKind<Name extends string = string> extends Kind<Name> {
  /** What a block ends in and the next one reads; spikes where this is missing. */
  readonly goesOn?: 'currents';
  /** The pooling of the 'imagenet' stem: spikes stay spikes under a maximum only. Null: a first block of stride 2. */
  readonly stemPool: 'avgPool' | 'maxPool' | null;
  /**
   * Adds a block behind the last layer, ending in what the next block reads. Where currents go on, it calls `tap` behind the
   * LIF that reads those of the block before: heads read its spikes.
   */
  block(net: NetworkBuilder, block: Block, tap: () => void): void;
}

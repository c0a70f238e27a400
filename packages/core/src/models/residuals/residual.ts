import type { Kind } from '../../fields/kind.js';
import type { NetworkBuilder } from '../../network/builder.js';
import type { Block } from '../blocks.js';

/** A kind of residual connection: how a ResNet's block is made. */
export interface ResidualKind<Name extends string = string> extends Kind<Name> {
  /** The pooling of the 'imagenet' stem: spikes stay spikes under a maximum only. */
  readonly stemPool: 'avgPool' | 'maxPool';
  /** Adds a block behind the last layer, ending in what the next block reads. */
  block(net: NetworkBuilder, block: Block): void;
}

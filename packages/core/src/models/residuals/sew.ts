/** Spike-element-wise residual connections (Fang et al. 2021): neurons in both branches, their spikes meet behind them. */
import type { SewSpec } from '../../network/spec.js';
import { changesShape, projection, twoConvolutions } from '../blocks.js';
import type { ResidualKind } from './residual.js';

function sew<const Name extends string>(name: Name, operation: SewSpec['operation'], help: string): ResidualKind<Name> {
  return {
    name,
    help,
    paper: 'Fang et al. 2021',
    confidence: 'high',
    parity:
      "SpikingJelly's BasicBlock, forward and backward; its norms start as all others, without zero_init_residual",
    options: {},
    stemPool: 'maxPool',
    block(net, block) {
      const { name } = block;
      const input = net.last;
      const identity = changesShape(block)
        ? projection(net, block, input, 1).lif({ name: `${name}.down.lif` }).last
        : input;
      twoConvolutions(net, block, input, 1)
        .lif({ name: `${name}.lif2` })
        .sew({ name: `${name}.sew`, with: identity, operation });
    },
  };
}

export const sewAdd = sew('sew-add', 'add', 'Spikes of both branches are added: whole numbers go on');
export const sewAnd = sew('sew-and', 'and', 'A spike goes on where both branches fire');
export const sewIand = sew('sew-iand', 'iand', "The input's spike goes on where the convolutions' branch is silent");

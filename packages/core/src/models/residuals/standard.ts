import { changesShape, projection, twoConvolutions } from '../blocks.js';
import type { ResidualKind } from './residual.js';

export const standard: ResidualKind<'standard'> = {
  name: 'standard',
  help: 'The residual sum is of membrane currents, before the neurons: spikes of 0 and 1 go on',
  paper: 'He et al. 2016, as in Guo et al. 2024',
  confidence: 'high',
  parity: 'PyTorch, a whole training step',
  options: {},
  stemPool: 'avgPool',
  block(net, block) {
    const { name } = block;
    const input = net.last;
    const residual = changesShape(block) ? projection(net, block, input, 2).last : input;
    // tdBN halves the variance of both branches, also where one of them is spikes as they are (Zheng et al. 2021, figure 3).
    twoConvolutions(net, block, input, 2)
      .add({ name: `${name}.add`, with: residual })
      .lif({ name: `${name}.lif2` });
  },
};

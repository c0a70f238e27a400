/**
 * Membrane shortcuts (Hu et al. 2024, "Advancing Spiking Neural Networks toward Deep Residual Learning"): currents go on, and a
 * block adds to them, LIF, convolution and norm, twice. At the start it adds nothing: its last norm's weight is 0.
 */
import { changesShape, convNorm, projection } from '../blocks.js';
import type { ResidualKind } from './residual.js';

export const ms: ResidualKind<'ms'> = {
  name: 'ms',
  help: 'Membrane currents go on, and a block adds to them: LIF, convolution and norm, twice; a LIF before the head',
  paper: 'Hu et al. 2024',
  confidence: 'high',
  parity:
    "PyTorch, a whole training step; the authors' program has --norm tdbn and a detached reset, its ImageNet stem no pooling",
  options: {},
  goesOn: 'currents',
  stemPool: null,
  block(net, block, tap) {
    const { name, outChannels, stride } = block;
    const currents = net.last;
    net.lif({ name: `${name}.lif1` });
    tap();
    convNorm(net, `${name}.conv1`, `${name}.norm1`, { outChannels, kernel: 3, stride, padding: 1 });
    net.lif({ name: `${name}.lif2` });
    convNorm(net, `${name}.conv2`, `${name}.norm2`, { outChannels, kernel: 3, padding: 1 }, 1, { weight: 0 });
    const branch = net.last;
    const residual = changesShape(block) ? projection(net, block, currents, 1).last : currents;
    net.add({ name: `${name}.add`, input: branch, with: residual });
  },
};

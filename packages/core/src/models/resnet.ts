/**
 * Spiking ResNets: convolution, batch normalisation and LIF; the residual sum is of membrane currents, spikes go on.
 * And plain networks: the same without the residual sums.
 */
import { NetworkBuilder } from '../network/builder.js';
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import type { Layout } from './layouts.js';
import { type CommonModelOptions, completeModel } from './options.js';

const stems = {
  cifar: { kernel: 3, padding: 1 },
  strided: { kernel: 3, stride: 2, padding: 1 },
  imagenet: { kernel: 7, stride: 2, padding: 3 },
} as const;

export type Stem = keyof typeof stems;
export const stemNames = Object.keys(stems) as Stem[];

export interface ResnetOptions extends CommonModelOptions {
  /**
   * 'cifar': 3x3 convolution. 'strided': the same with stride 2, for a quarter of the work. 'imagenet': 7x7 convolution
   * of stride 2, then average pooling 3x3 of stride 2.
   */
  stem?: Stem;
}

/** The network of a layout. @throws NetworkError naming the option that is wrong */
export function buildResnet(name: string, layout: Layout, options: ResnetOptions): NetworkSpec {
  const { scaled, heads = 'stages', ...common } = completeModel(options);
  const { stem = 'cifar' } = options;
  if (!Object.hasOwn(stems, stem)) {
    throw new NetworkError(`there is no stem "${String(stem)}"${suggestion(String(stem), stemNames)}`);
  }
  const net = new NetworkBuilder({ name, ...common });
  convNorm(net, 'stem.conv', 'stem.norm', { outChannels: scaled(layout.stem), ...stems[stem] }).lif({
    name: 'stem.lif',
  });
  if (stem === 'imagenet') net.avgPool({ name: 'stem.pool', kernel: 3, stride: 2, padding: 1 });
  let channels = scaled(layout.stem);
  layout.stages.forEach(([base, blocks, firstStride], s) => {
    const stage = `stage${s + 1}`;
    for (let b = 1; b <= blocks; b++) {
      const stride = b === 1 ? firstStride : 1;
      const block = { name: `${stage}.block${b}`, inChannels: channels, outChannels: scaled(base), stride };
      if (layout.residual) residualBlock(net, block);
      else plainBlock(net, block);
      channels = scaled(base);
      net.tap(`${stage}.block${b}`);
    }
    net.tap(stage);
  });
  return net.build({ heads });
}

type ConvOptions = Parameters<NetworkBuilder['conv2d']>[0];

/** `summed`: currents like this one in the sum that the neurons get. */
function convNorm(net: NetworkBuilder, conv: string, norm: string, options: ConvOptions, summed = 1): NetworkBuilder {
  return net.conv2d({ ...options, name: conv }).norm({ name: norm, summed });
}

interface Block {
  name: string;
  inChannels: number;
  outChannels: number;
  /** Stride of the first convolution. */
  stride: number;
}

/** Two 3x3 convolutions and a residual connection, 1x1 convolution and norm where the shape changes. */
function residualBlock(net: NetworkBuilder, block: Block): void {
  const { name, inChannels, outChannels, stride } = block;
  const input = net.last;
  let residual = input;
  if (stride !== 1 || inChannels !== outChannels) {
    convNorm(net, `${name}.down.conv`, `${name}.down.norm`, { input, outChannels, kernel: 1, stride }, 2);
    residual = `${name}.down.norm`;
  }
  // tdBN halves the variance of both branches, also where one of them is spikes as they are (Zheng et al. 2021, figure 3).
  twoConvolutions(net, block, input, 2)
    .add({ name: `${name}.add`, with: residual })
    .lif({ name: `${name}.lif2` });
}

function plainBlock(net: NetworkBuilder, block: Block): void {
  twoConvolutions(net, block, net.last, 1).lif({ name: `${block.name}.lif2` });
}

/** The part that both kinds of block share: all but the use of the second convolution's currents. */
function twoConvolutions(net: NetworkBuilder, block: Block, input: string, summed: number): NetworkBuilder {
  const { name, outChannels, stride } = block;
  convNorm(net, `${name}.conv1`, `${name}.norm1`, { input, outChannels, kernel: 3, stride, padding: 1 });
  net.lif({ name: `${name}.lif1` });
  return convNorm(net, `${name}.conv2`, `${name}.norm2`, { outChannels, kernel: 3, padding: 1 }, summed);
}

/**
 * Spiking ResNets: convolution, batch normalisation and LIF; the residual sum is of membrane currents, spikes go on.
 * And plain networks: the same without the residual sums.
 */
import { kindNamed } from '../fields/kind.js';
import { NetworkBuilder } from '../network/builder.js';
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import { type Block, convNorm, twoConvolutions } from './blocks.js';
import type { Layout } from './layouts.js';
import { type CommonModelOptions, completeModel } from './options.js';
import { type ResidualName, residualNames, residuals } from './residuals/index.js';
import type { ResidualKind } from './residuals/residual.js';
import { standard } from './residuals/standard.js';

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
  /** Default: 'standard'. A network without residual connections takes no other. */
  residual?: ResidualName;
}

/** The network of a layout. @throws NetworkError naming the option that is wrong */
export function buildResnet(name: string, layout: Layout, options: ResnetOptions): NetworkSpec {
  const { scaled, heads = 'stages', ...common } = completeModel(options);
  const { stem = 'cifar', residual = 'standard' } = options;
  if (!Object.hasOwn(stems, stem)) {
    throw new NetworkError(`there is no stem "${String(stem)}"${suggestion(String(stem), stemNames)}`);
  }
  const kind = kindNamed(residuals, residual) as ResidualKind | undefined;
  if (kind === undefined) {
    throw new NetworkError(`there is no residual "${String(residual)}"${suggestion(String(residual), residualNames)}`);
  }
  if (!layout.residual && kind !== standard) {
    throw new NetworkError(`${name} has no residual connections that could be of the kind "${residual}"`);
  }
  const net = new NetworkBuilder({ name, ...common });
  convNorm(net, 'stem.conv', 'stem.norm', { outChannels: scaled(layout.stem), ...stems[stem] });
  const isOfCurrents = kind.goesOn === 'currents';
  if (!isOfCurrents) net.lif({ name: 'stem.lif' });
  if (stem === 'imagenet' && kind.stemPool !== null) {
    net[kind.stemPool]({ name: 'stem.pool', kernel: 3, stride: 2, padding: 1 });
  }
  // Taps of blocks and stages that nobody has fired for as yet.
  const awaited: string[] = [];
  const tap = () => {
    for (const place of awaited.splice(0)) net.tap(place);
  };
  let channels = scaled(layout.stem);
  layout.stages.forEach(([base, blocks, firstStride], s) => {
    const stage = `stage${s + 1}`;
    for (let b = 1; b <= blocks; b++) {
      const isFirst = s === 0 && b === 1;
      const stride = isFirst && stem === 'imagenet' && kind.stemPool === null ? 2 : b === 1 ? firstStride : 1;
      const block = { name: `${stage}.block${b}`, inChannels: channels, outChannels: scaled(base), stride };
      if (layout.residual) kind.block(net, block, tap);
      else plainBlock(net, block);
      channels = scaled(base);
      awaited.push(block.name);
      if (b === blocks) awaited.push(stage);
      if (!isOfCurrents) tap();
    }
  });
  if (isOfCurrents) net.lif({ name: 'last.lif' });
  tap();
  return net.build({ heads });
}

function plainBlock(net: NetworkBuilder, block: Block): void {
  twoConvolutions(net, block, net.last, 1).lif({ name: `${block.name}.lif2` });
}

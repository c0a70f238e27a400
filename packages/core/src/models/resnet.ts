/** Spiking ResNets: convolution, batch normalisation and LIF; the residual sum is of membrane currents, spikes go on. */
import type { HeadsChoice } from '../heads/heads.js';
import { NetworkBuilder } from '../network/builder.js';
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { InputShape, NetworkSpec, NeuronOptions } from '../network/spec.js';

const stems = {
  cifar: { kernel: 3, padding: 1 },
  strided: { kernel: 3, stride: 2, padding: 1 },
  imagenet: { kernel: 7, stride: 2, padding: 3 },
} as const;

export type Stem = keyof typeof stems;
export const stemNames = Object.keys(stems) as Stem[];

export interface ModelOptions {
  /**
   * 'cifar': 3x3 convolution. 'strided': the same with stride 2, for a quarter of the work. 'imagenet': 7x7 convolution
   * of stride 2, then average pooling 3x3 of stride 2.
   */
  stem?: Stem;
  /** Multiplies all channel counts, which are rounded to multiples of 4. */
  width?: number;
  timeSteps?: number;
  classes?: number;
  input?: InputShape;
  neuron?: Partial<NeuronOptions>;
  heads?: HeadsChoice;
}

interface Layout {
  stem: number;
  /** Channels, blocks and first stride of each stage. */
  stages: readonly (readonly [channels: number, blocks: number, stride: number])[];
}

/** Layer tables: method reference, section 3. */
const layouts = {
  /** He et al.'s for CIFAR: 16-32-64. */
  resnet20: {
    stem: 16,
    stages: [
      [16, 3, 1],
      [32, 3, 2],
      [64, 3, 2],
    ],
  },
  resnet18: {
    stem: 64,
    stages: [
      [64, 2, 1],
      [128, 2, 2],
      [256, 2, 2],
      [512, 2, 2],
    ],
  },
  resnet34: {
    stem: 64,
    stages: [
      [64, 3, 1],
      [128, 4, 2],
      [256, 6, 2],
      [512, 3, 2],
    ],
  },
  /** The widened network of the spiking literature: 128-256-512. */
  resnet19: {
    stem: 128,
    stages: [
      [128, 3, 1],
      [256, 3, 2],
      [512, 2, 2],
    ],
  },
} as const satisfies Record<string, Layout>;

export type ModelName = keyof typeof layouts;
export const modelNames = Object.keys(layouts) as ModelName[];

const channelMultiple = 4;
const cifar: InputShape = { channels: 3, height: 32, width: 32 };

/** A model by its name. @throws NetworkError with the nearest name, or naming the option that is wrong. */
export function buildModel(name: string, options: ModelOptions = {}): NetworkSpec {
  const layout: Layout | undefined = Object.hasOwn(layouts, name) ? layouts[name as ModelName] : undefined;
  if (layout === undefined) throw new NetworkError(`there is no model "${name}"${suggestion(name, modelNames)}`);
  const {
    stem = 'cifar',
    width = 1,
    timeSteps = 4,
    classes = 10,
    input = cifar,
    neuron = {},
    heads = 'stages',
  } = options;
  if (!(width > 0 && width <= 16)) throw new NetworkError(`width must be above 0 and at most 16, got ${width}`);
  if (!Object.hasOwn(stems, stem)) {
    throw new NetworkError(`there is no stem "${String(stem)}"${suggestion(String(stem), stemNames)}`);
  }
  const scaled = (channels: number) =>
    Math.max(channelMultiple, Math.round((channels * width) / channelMultiple) * channelMultiple);
  const net = new NetworkBuilder({ name, input, timeSteps, classes, neuron });
  convNorm(net, 'stem.conv', 'stem.norm', { outChannels: scaled(layout.stem), ...stems[stem] }).lif({
    name: 'stem.lif',
  });
  if (stem === 'imagenet') net.avgPool({ name: 'stem.pool', kernel: 3, stride: 2, padding: 1 });
  let channels = scaled(layout.stem);
  layout.stages.forEach(([base, blocks, firstStride], s) => {
    const stage = `stage${s + 1}`;
    for (let b = 1; b <= blocks; b++) {
      const stride = b === 1 ? firstStride : 1;
      basicBlock(net, `${stage}.block${b}`, channels, scaled(base), stride);
      channels = scaled(base);
      net.tap(`${stage}.block${b}`);
    }
    net.tap(stage);
  });
  return net.build({ heads });
}

type ConvOptions = Parameters<NetworkBuilder['conv2d']>[0];

function convNorm(net: NetworkBuilder, conv: string, norm: string, options: ConvOptions): NetworkBuilder {
  return net.conv2d({ ...options, name: conv }).batchNorm({ name: norm });
}

/** Two 3x3 convolutions and a residual connection, 1x1 convolution and norm where the shape changes. */
function basicBlock(net: NetworkBuilder, block: string, inChannels: number, outChannels: number, stride: number): void {
  const input = net.last;
  let residual = input;
  if (stride !== 1 || inChannels !== outChannels) {
    convNorm(net, `${block}.down.conv`, `${block}.down.norm`, { input, outChannels, kernel: 1, stride });
    residual = `${block}.down.norm`;
  }
  convNorm(net, `${block}.conv1`, `${block}.norm1`, { input, outChannels, kernel: 3, stride, padding: 1 });
  net.lif({ name: `${block}.lif1` });
  convNorm(net, `${block}.conv2`, `${block}.norm2`, { outChannels, kernel: 3, padding: 1 });
  net.add({ name: `${block}.add`, with: residual }).lif({ name: `${block}.lif2` });
}

export const resnet20 = (options?: ModelOptions): NetworkSpec => buildModel('resnet20', options);
export const resnet18 = (options?: ModelOptions): NetworkSpec => buildModel('resnet18', options);
export const resnet34 = (options?: ModelOptions): NetworkSpec => buildModel('resnet34', options);
export const resnet19 = (options?: ModelOptions): NetworkSpec => buildModel('resnet19', options);

/**
 * Spiking ResNets: convolution, batch normalisation and LIF, and residual connections of a kind (see residuals/).
 * And plain networks: the same without residual connections.
 */
import { kindNamed } from '../fields/kind.js';
import type { HeadsChoice } from '../heads/heads.js';
import { type BuilderInput, NetworkBuilder } from '../network/builder.js';
import { suggestion } from '../network/nearest.js';
import { NetworkError } from '../network/shapes.js';
import type { InputShape, NetworkSpec, NeuronSettings, NormSettings } from '../network/spec.js';
import { type Block, convNorm, twoConvolutions } from './blocks.js';
import { type Layout, layouts, type ModelName, modelNames } from './layouts.js';
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
  input?: BuilderInput;
  neuron?: NeuronSettings;
  norm?: NormSettings;
  /** Default: 'standard'. A network without residual connections takes no other. */
  residual?: ResidualName;
  heads?: HeadsChoice;
}

const optionNames: readonly (keyof ModelOptions)[] = [
  'stem',
  'width',
  'timeSteps',
  'classes',
  'input',
  'neuron',
  'norm',
  'residual',
  'heads',
];

const channelMultiple = 4;
const cifar: InputShape = { channels: 3, height: 32, width: 32 };

/** A model by its name. @throws NetworkError with the nearest name, or naming the option that is wrong. */
export function buildModel(name: string, options: ModelOptions = {}): NetworkSpec {
  const layout: Layout | undefined = Object.hasOwn(layouts, name) ? layouts[name as ModelName] : undefined;
  if (layout === undefined) throw new NetworkError(`there is no model "${name}"${suggestion(name, modelNames)}`);
  // A misspelt option would leave its default in force.
  const unknown = Object.keys(options).find((key) => !(optionNames as readonly string[]).includes(key));
  if (unknown !== undefined) {
    throw new NetworkError(`a model has no option "${unknown}"${suggestion(unknown, optionNames)}`);
  }
  const {
    stem = 'cifar',
    width = 1,
    timeSteps = 4,
    classes = 10,
    input = cifar,
    neuron = {},
    norm = {},
    residual = 'standard',
    heads = 'stages',
  } = options;
  if (!(width > 0 && width <= 16)) throw new NetworkError(`\`width\` must be above 0 and at most 16, got ${width}`);
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
  const scaled = (channels: number) =>
    Math.max(channelMultiple, Math.round((channels * width) / channelMultiple) * channelMultiple);
  const net = new NetworkBuilder({ name, input, timeSteps, classes, neuron, norm });
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

export const resnet20 = (options?: ModelOptions): NetworkSpec => buildModel('resnet20', options);
export const resnet18 = (options?: ModelOptions): NetworkSpec => buildModel('resnet18', options);
export const resnet34 = (options?: ModelOptions): NetworkSpec => buildModel('resnet34', options);
export const resnet19 = (options?: ModelOptions): NetworkSpec => buildModel('resnet19', options);

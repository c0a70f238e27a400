/** Shapes of a network's values, and every rule that the engine has about who may read whom; broken rules are errors. */

import { neuronKind } from '../neurons/index.js';
import type { NeuronKind } from '../neurons/neuron.js';
import { currentProblem, hasWeights, inputsOf, readersOf } from './currents.js';
import { suggestion } from './nearest.js';
import { neuronProblems } from './neuron.js';
import { normProblems } from './norm.js';
import type { LayerSpec, NetworkSpec, PoolSpec } from './spec.js';
import { structureProblem } from './structure.js';

export interface ValueShape {
  channels: number;
  height: number;
  width: number;
  /** What the value is: the image, a membrane current, pooled values, or spikes. */
  kind: 'image' | 'current' | 'pooled' | 'spikes';
  /** T, or 1 for what is the same at every time step: a directly coded image and all that is made of it before a LIF. Of frames, T. */
  steps: number;
  /**
   * Of spikes that are not one bit each, how many bits they are the sum of: of neurons that fire -1 as well, and of sums. The
   * engine may keep a sum in fewer.
   */
  planes?: number;
}

/** A network that cannot be built. */
export class NetworkError extends Error {
  override name = 'NetworkError';
}

const limits = {
  timeSteps: 64,
  classes: 100_000,
  size: 4096,
  convolved: 1024,
  channels: 65_536,
  features: 16_777_216,
  kernel: 15,
  stride: 16,
  layers: 4_000,
  weight: 1000,
  planes: 64,
};

function requireInteger(path: string, value: unknown, low: number, high: number): void {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    throw new NetworkError(`${path} must be an integer from ${low} to ${high}, got ${String(value)}`);
  }
}

/** Frames that the network reads for each answer: one for each time step, or 1, an image that is there at all of them. */
export function framesOf({ input, timeSteps }: Pick<NetworkSpec, 'input' | 'timeSteps'>): number {
  return input.frames === true ? timeSteps : 1;
}

/** Whether heads may read a layer. */
export function givesTaps({ type }: Pick<LayerSpec, 'type'>): boolean {
  return type === 'lif' || type === 'sew';
}

/** Output size of a window that moves over `size` pixels. */
export function windowCount(size: number, kernel: number, stride: number, padding: number): number {
  return Math.floor((size + 2 * padding - kernel) / stride) + 1;
}

/**
 * Shape of every layer's output, by name, 'input' included.
 * @throws NetworkError naming the layer and the numbers when something does not fit.
 */
export function inferShapes(spec: NetworkSpec): Map<string, ValueShape> {
  requireInteger('`timeSteps`', spec.timeSteps, 1, limits.timeSteps);
  requireInteger('`classes`', spec.classes, 2, limits.classes);
  requireInteger('`input.channels`', spec.input?.channels, 1, limits.channels);
  requireInteger('`input.height`', spec.input.height, 1, limits.size);
  requireInteger('`input.width`', spec.input.width, 1, limits.size);
  if (spec.layers.length > limits.layers) {
    throw new NetworkError(`layers: there are ${spec.layers.length}, at most ${limits.layers} are possible`);
  }
  const { channels, height, width } = spec.input;
  const image: ValueShape = { channels, height, width, kind: 'image', steps: framesOf(spec) };
  const shapes = new Map<string, ValueShape>([['input', image]]);
  const layers = new Map<string, LayerSpec>();
  for (const layer of spec.layers) {
    if (!/^[a-z_][\w.]*$/i.test(layer.name) || /^(head|optimizer)\.|^__proto__$/.test(layer.name)) {
      throw new NetworkError(
        `"${layer.name}" cannot name a layer: letters, digits, _ and dots, not starting with a digit, "head." or "optimizer."`,
      );
    }
    if (shapes.has(layer.name)) throw new NetworkError(`there are two layers named "${layer.name}"`);
    for (const input of inputsOf(layer)) {
      if (!shapes.has(input)) {
        throw new NetworkError(
          `${layer.name} reads "${input}", which no layer before it is named${suggestion(input, [...shapes.keys()])}`,
        );
      }
    }
    shapes.set(layer.name, outputShape(layer, shapes, layers, spec.timeSteps));
    layers.set(layer.name, layer);
  }
  return shapes;
}

function outputShape(
  layer: LayerSpec,
  shapes: Map<string, ValueShape>,
  layers: Map<string, LayerSpec>,
  timeSteps: number,
): ValueShape {
  const shapeOf = (name: string) => shapes.get(name) as ValueShape;
  const wrongKind = (input: string, wanted: string) =>
    new NetworkError(
      `${layer.name} (${layer.type}) reads ${wanted}, but ${input} gives ${describeKind(shapeOf(input).kind)}`,
    );
  switch (layer.type) {
    case 'conv2d': {
      const from = shapeOf(layer.input);
      if (hasWeights(layers.get(layer.input))) throw wrongKind(layer.input, 'the image, spikes or pooled values');
      if (layer.inChannels !== from.channels) {
        throw new NetworkError(
          `${layer.name} expects ${layer.inChannels} channels, ${layer.input} gives ${from.channels}`,
        );
      }
      requireInteger(`${layer.name}.outChannels`, layer.outChannels, 1, limits.channels);
      const { planes: _, ...plain } = from;
      return { ...windowed(layer, plain), channels: layer.outChannels, kind: 'current' };
    }
    case 'linear': {
      const from = shapeOf(layer.input);
      if (hasWeights(layers.get(layer.input))) throw wrongKind(layer.input, 'the image, spikes or pooled values');
      const { planes: _, ...plain } = from;
      const features = from.channels * from.height * from.width;
      requireInteger(`${layer.name}.inFeatures`, features, 1, limits.features);
      if (layer.inFeatures !== features) {
        throw new NetworkError(
          `${layer.name} expects ${layer.inFeatures} features, ${layer.input} gives ${describe(from)} = ${features}`,
        );
      }
      requireInteger(`${layer.name}.outFeatures`, layer.outFeatures, 1, limits.channels);
      return { ...plain, channels: layer.outFeatures, height: 1, width: 1, kind: 'current' };
    }
    case 'batchNorm': {
      const from = shapeOf(layer.input);
      if (!hasWeights(layers.get(layer.input))) {
        throw new NetworkError(`${layer.name} must read a conv2d or linear directly, but reads ${layer.input}`);
      }
      if (layer.channels !== from.channels) {
        throw new NetworkError(
          `${layer.name} expects ${layer.channels} channels, ${layer.input} gives ${from.channels}`,
        );
      }
      const problems = normProblems(layer);
      if (layer.weight !== undefined && !(Math.abs(layer.weight) <= limits.weight)) {
        problems.push(`\`weight\` must be a number from -${limits.weight} to ${limits.weight}, got ${layer.weight}`);
      }
      if (problems.length > 0) throw new NetworkError(`${layer.name}: ${problems.join('; ')}`);
      return from;
    }
    case 'add': {
      const [a, b] = layer.inputs.map(shapeOf) as [ValueShape, ValueShape];
      if (a.channels !== b.channels || a.height !== b.height || a.width !== b.width) {
        const [first, second] = layer.inputs;
        throw new NetworkError(
          `${layer.name} adds ${first} (${describe(a)}) and ${second} (${describe(b)}): they must be alike`,
        );
      }
      if (a.kind !== 'current' && b.kind !== 'current') {
        throw new NetworkError(
          `${layer.name} needs a conv2d, linear or batchNorm on at least one side, but adds ${layer.inputs.join(' and ')}`,
        );
      }
      if (layer.inputs[0] === layer.inputs[1])
        throw new NetworkError(`${layer.name} adds ${layer.inputs[0]} to itself`);
      if (layer.inputs.includes('input'))
        throw new NetworkError(`${layer.name} adds the image itself; convolve it first`);
      const { planes: _, ...plain } = a;
      return { ...plain, kind: 'current', steps: Math.max(a.steps, b.steps) };
    }
    case 'sew': {
      const [a, b] = layer.inputs.map(shapeOf) as [ValueShape, ValueShape];
      const [first, second] = layer.inputs;
      for (const input of layer.inputs) if (shapeOf(input).kind !== 'spikes') throw wrongKind(input, 'spikes');
      if (first === second) throw new NetworkError(`${layer.name} reads ${first} twice`);
      if (a.channels !== b.channels || a.height !== b.height || a.width !== b.width) {
        throw new NetworkError(
          `${layer.name} joins ${first} (${describe(a)}) and ${second} (${describe(b)}): they must be alike`,
        );
      }
      if (layer.operation !== 'add') {
        const other = layer.inputs.find((input) => shapeOf(input).planes !== undefined);
        if (other === undefined) return a;
        throw new NetworkError(
          `${layer.name} (${layer.operation}) needs spikes of 0 and 1 on both sides, but ${other} gives other numbers, too: take 'add'`,
        );
      }
      const planes = (a.planes ?? 1) + (b.planes ?? 1);
      if (planes > limits.planes) {
        throw new NetworkError(
          `${layer.name} is a sum of ${planes} planes of spikes, at most ${limits.planes} are possible`,
        );
      }
      return { ...a, planes };
    }
    case 'lif': {
      const from = shapeOf(layer.input);
      if (from.kind !== 'current') throw wrongKind(layer.input, 'a conv2d, linear, batchNorm or add');
      const problems = neuronProblems(layer.neuron);
      if (problems.length > 0) throw new NetworkError(`${layer.name}: ${problems.join('; ')}`);
      const { signed, amplitude } = neuronKind(layer.neuron.kind) as NeuronKind;
      const planes = signed ? 2 : 1;
      return { ...from, kind: 'spikes', steps: timeSteps, ...(signed || amplitude !== undefined ? { planes } : {}) };
    }
    case 'avgPool':
    case 'maxPool': {
      const from = shapeOf(layer.input);
      if (hasWeights(layers.get(layer.input))) throw wrongKind(layer.input, 'spikes, the image or pooled values');
      // The largest of sums of planes is found among the numbers that they are.
      const { planes, ...plain } = from;
      const isBits = from.kind === 'spikes' && planes === undefined;
      const kind = isBits && layer.type === 'maxPool' ? 'spikes' : 'pooled';
      return { ...windowed(layer, plain), channels: from.channels, kind };
    }
  }
}

function windowed(layer: Extract<LayerSpec, { kernel: number }>, from: ValueShape): ValueShape {
  const { name, kernel, stride, padding } = layer as PoolSpec;
  requireInteger(`${name}.kernel`, kernel, 1, layer.type === 'conv2d' ? limits.kernel : limits.size);
  requireInteger(`${name}.stride`, stride, 1, layer.type === 'conv2d' ? limits.stride : limits.size);
  // A window must hold a pixel: a pool's padding may be half its kernel, as in PyTorch.
  requireInteger(`${name}.padding`, padding, 0, layer.type === 'conv2d' ? kernel - 1 : Math.floor(kernel / 2));
  const [height, width] = [from.height, from.width].map((size) => windowCount(size, kernel, stride, padding)) as [
    number,
    number,
  ];
  if (height < 1 || width < 1) {
    throw new NetworkError(
      `${name} has a ${kernel}x${kernel} kernel, but ${layer.input} gives only ${from.height}x${from.width} pixels`,
    );
  }
  if (layer.type === 'conv2d' && width > limits.convolved) {
    throw new NetworkError(
      `${name} gives lines of ${width} pixels, at most ${limits.convolved} can be convolved: take a smaller image or a larger stride`,
    );
  }
  return { ...from, height, width };
}

const describe = (shape: ValueShape) => `${shape.channels}x${shape.height}x${shape.width}`;

const describeKind = (kind: ValueShape['kind']) =>
  ({ image: 'the image', current: 'a membrane current', pooled: 'pooled values', spikes: 'spikes' })[kind];

/**
 * Checks a whole network: shapes, and that everything is read as often as it may be.
 * @throws NetworkError
 */
export function validateNetwork(spec: NetworkSpec): void {
  const problem = structureProblem(spec);
  if (problem !== null) throw new NetworkError(problem);
  const shapes = inferShapes(spec);
  const readers = readersOf(spec.layers);
  const tapped = new Set(spec.heads.map((head) => head.tap));
  for (const layer of spec.layers) {
    const by = readers.get(layer.name) ?? [];
    if (by.length === 0 && !tapped.has(layer.name)) throw new NetworkError(`nothing reads ${layer.name}`);
    const problem = shapes.get(layer.name)?.kind === 'current' ? currentProblem(layer, by) : null;
    if (problem !== null) throw new NetworkError(problem);
  }
  for (const [tap, layer] of Object.entries(spec.taps)) {
    if (shapes.get(layer)?.kind !== 'spikes')
      throw new NetworkError(`tap "${tap}" must be a LIF or sew layer, but is "${layer}"`);
  }
  if (spec.heads[0]?.name !== 'main') throw new NetworkError('the first head must be named "main"');
  const names = new Set<string>();
  for (const { name, tap } of spec.heads) {
    if (names.has(name)) throw new NetworkError(`there are two heads named "${name}"`);
    names.add(name);
    const layer = spec.layers.find((candidate) => candidate.name === tap);
    if (layer === undefined || !givesTaps(layer)) {
      throw new NetworkError(`head "${name}" must read a LIF or sew layer, but reads "${tap}"`);
    }
  }
}

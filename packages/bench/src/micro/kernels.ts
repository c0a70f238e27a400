/** The calls that a training step makes for a convolution, a normalisation, a layer of neurons. */
import type { KernelCall, Memory } from './machine.js';
import type { Need } from './roof.js';
import { type ConvolutionShape, inWords, type NeuronShape, type NormShape, type Shape } from './shapes.js';

/** Share of neurons that fire, and of those whose surrogate is not zero. */
export interface Rates {
  firing: number;
  active: number;
}

/** Fires and is active at about these rates on the numbers that `Memory.floats` gives; surrogate 0 is the rectangle. */
const neuron = { decay: 0.25, threshold: 0.25, surrogate: 0, surrogateWidth: 0.4 };

export async function callsFor(shape: Shape, timeSteps: number, rates: Rates, memory: Memory): Promise<KernelCall[]> {
  if (shape.kind === 'convolution') return shape.dense ? dense(shape, memory) : sparse(shape, rates, memory);
  return shape.kind === 'norm' ? norm(shape, timeSteps, memory) : neurons(shape, timeSteps, rates, memory);
}

async function convolution(s: ConvolutionShape, memory: Memory) {
  const { images, height, width, inChannels, outChannels, kernel, stride, padding } = s;
  const sizes = [images, height, width, inChannels, outChannels, kernel, stride, padding];
  const [self = 0] = await memory.machine.call('conv2d_new', sizes);
  const taps = kernel * kernel;
  const output = images * s.outHeight * s.outWidth * outChannels;
  const weightBytes = 4 * taps * inChannels * outChannels;
  return {
    self,
    weights: await memory.floats(taps * inChannels * outChannels),
    dw: await memory.zeros(taps * inChannels * outChannels),
    y: await memory.zeros(output),
    dy: await memory.floats(await memory.property('conv2d_gradientLen', self)),
    macs: output * taps * inChannels,
    outputBytes: 4 * output,
    weightBytes,
  };
}

async function dense(s: ConvolutionShape, memory: Memory): Promise<KernelCall[]> {
  const { self, weights, dw, y, dy, macs, outputBytes, weightBytes } = await convolution(s, memory);
  const inputs = s.images * s.height * s.width * s.inChannels;
  const x = await memory.floats(inputs);
  const bordered = await memory.zeros(await memory.property('conv2d_borderedLen', self));
  const tiled = await memory.zeros(await memory.property('conv2d_tiledLen', self));
  const common = { shape: inWords(s), count: s.count };
  const need = { sums: 0, products: macs, tableBytes: 0, bytes: 4 * inputs + weightBytes + outputBytes };
  const work = { ...common, macs, additions: macs, need };
  return [
    {
      ...{ ...common, kernel: 'conv2d border', macs: 0, additions: 0, need: passing(8 * inputs) },
      ...{ name: 'conv2d_addBorder', args: [self, x, bordered] },
    },
    {
      ...work,
      kernel: 'conv2d forward, dense',
      name: 'conv2d_forwardDense',
      args: [self, bordered, weights, tiled, y],
    },
    {
      ...work,
      kernel: 'conv2d weight gradient, dense',
      name: 'conv2d_backwardWeightsDense',
      args: [self, bordered, dy, dw],
    },
  ];
}

async function sparse(s: ConvolutionShape, { firing, active }: Rates, memory: Memory): Promise<KernelCall[]> {
  const { self, weights, dw, y, dy, macs, outputBytes, weightBytes } = await convolution(s, memory);
  const rows = s.images * s.height * s.width;
  const spikes = await memory.bits(rows, s.inChannels, firing);
  const asked = await memory.bits(rows, s.inChannels, active);
  const dx = await memory.zeros(rows * s.inChannels);
  const scratch = async (of: string) => {
    const [length = 0] = await memory.machine.call(`conv2d_${of}`, [self]);
    return memory.zeros(length);
  };
  const [list1, floats1] = [await scratch('forwardWords'), await scratch('forwardFloats')];
  const [list2, floats2] = [await scratch('backwardWeightsWords'), await scratch('backwardWeightsFloats')];
  const [list3, floats3] = [await scratch('backwardInputWords'), await scratch('backwardInputFloats')];
  const common = { shape: inWords(s), count: s.count, macs };
  const bitBytes = 4 * rows * Math.ceil(s.inChannels / 32);
  // Four bits are one look-up, whatever they are: an addition of a row of a table.
  const lookUps = macs / 4;
  const looking = { sums: lookUps, products: 0, tableBytes: 4 * lookUps, bytes: bitBytes + weightBytes + outputBytes };
  const inputGradient = {
    ...{ sums: 0, products: macs * active, tableBytes: 0 },
    bytes: outputBytes + weightBytes + bitBytes + 4 * rows * s.inChannels,
  };
  return [
    {
      ...{ ...common, kernel: 'conv2d forward', additions: macs * firing, need: looking },
      ...{ name: 'conv2d_forward', args: [self, spikes, weights, list1, floats1, y] },
    },
    {
      ...{ ...common, kernel: 'conv2d weight gradient', additions: macs * firing, need: looking },
      ...{ name: 'conv2d_backwardWeights', args: [self, spikes, dy, list2, floats2, dw] },
    },
    {
      ...{ ...common, kernel: 'conv2d input gradient', additions: macs * active, need: inputGradient },
      ...{ name: 'conv2d_backwardInput', args: [self, dy, weights, asked, list3, floats3, 0, dx] },
    },
  ];
}

/** A kernel that passes over its numbers and is measured by these alone. */
const passing = (bytes: number): Need => ({ sums: 0, products: 0, tableBytes: 0, bytes });

/** A table of channels that leaves a current as it is. */
async function plainTable(channels: number, memory: Memory): Promise<number> {
  const [length = 0] = await memory.machine.call('channelTableLen', [channels]);
  const table = await memory.zeros(length);
  await memory.machine.call('biasTable', [channels, 0, table]);
  return table;
}

async function norm(s: NormShape, timeSteps: number, memory: Memory): Promise<KernelCall[]> {
  const { batch, height, width, channels, steps } = s;
  const rows = steps * batch * height * width;
  // The first in the kernels' list: batch normalisation.
  const [self = 0] = await memory.machine.call('norm_new', [0, timeSteps, channels, 1e-5, 0.1, 1]);
  const [scratchLength = 0] = await memory.machine.call('normScratchLen', [rows, channels]);
  const table = await plainTable(channels, memory);
  const y = await memory.floats(rows * channels);
  const g = await memory.floats((timeSteps / steps) * rows * channels);
  const vectors = await memory.floats(8 * channels);
  const [parameters, running, sums, gradients] = [0, 1, 2, 3].map((i) => vectors + 8 * i * channels) as [
    ...[number, number, number, number],
  ];
  const scratch = await memory.zeros(scratchLength);
  // Of the convolution below: 1 for its 3x3 window.
  const border = 1;
  const dy = await memory.zeros(steps * batch * (height + 2 * border) * (width + 2 * border) * channels);
  const common = { shape: inWords(s), count: s.count, macs: 0, additions: 0 };
  const count = timeSteps * batch * height * width;
  const backward = passing(4 * (count + 2 * rows) * channels);
  return [
    {
      ...{ ...common, kernel: 'norm statistics', need: passing(4 * rows * channels), name: 'norm_forwardTrain' },
      args: [self, y, rows, timeSteps / steps, parameters, running, scratch, table],
    },
    {
      ...{ ...common, kernel: 'norm coefficients', need: passing(0), name: 'norm_backward' },
      args: [self, count, parameters, sums, sums + 4 * channels, 1, 0, gradients, table],
    },
    {
      ...{ ...common, kernel: 'norm backward', need: backward, name: 'backwardApply' },
      args: [timeSteps, batch, height, width, channels, steps, border, g, y, table, 1, dy],
    },
  ];
}

async function neurons(s: NeuronShape, timeSteps: number, rates: Rates, memory: Memory): Promise<KernelCall[]> {
  const { batch, height, width, channels, steps, residual } = s;
  const pixels = height * width;
  const rows = timeSteps * batch * pixels;
  const { decay, threshold, surrogate, surrogateWidth } = neuron;
  // The first in the kernels' list: the LIF, with its hard reset.
  const options = [0, surrogate, surrogateWidth, timeSteps, batch, pixels, channels, 1, 1];
  const [self = 0] = await memory.machine.call('neurons_new', options);
  for (const number of [decay, threshold, 1, 0, 0]) await memory.machine.call('neurons_addNumber', [self, number]);
  const table = await plainTable(channels, memory);
  const y = await memory.floats(steps * batch * pixels * channels);
  const words = rows * Math.ceil(channels / 32);
  const [spikes, active] = [await memory.zeros(words), await memory.zeros(words)];
  const second =
    residual === 'none'
      ? [0, 0, 1, 0]
      : residual === 'spikes'
        ? [1, await memory.bits(rows, channels, rates.firing), timeSteps, 0]
        : [2, await memory.floats(rows * channels), timeSteps, table];
  const partial = await memory.zeros((await memory.machine.call('neurons_partialLen', [self]))[0] as number);
  const g = await memory.floats(rows * channels);
  const sums = await memory.zeros(3 * channels);
  const common = { shape: inWords(s), count: s.count, macs: 0, additions: 0 };
  const terms = [y, steps, table, ...second];
  // A LIF learns nothing, and has no numbers per channel; its membranes start at zero.
  const nothing = [0, 0, 0];
  const residualBytes = residual === 'none' ? 0 : residual === 'spikes' ? 4 * words : 4 * rows * channels;
  const read = 4 * steps * batch * pixels * channels + residualBytes;
  const [forwardBytes, backwardBytes] = [read + 8 * words, read + 8 * rows * channels];
  const calls: KernelCall[] = [
    {
      ...{ ...common, kernel: 'neurons forward', need: passing(forwardBytes) },
      ...{ name: 'neurons_forward', args: [self, ...terms, ...nothing, spikes, 0, active] },
    },
    {
      ...common,
      kernel: 'neurons backward',
      need: passing(backwardBytes),
      name: 'neurons_backward',
      args: [self, ...terms, ...nothing, 1, 0, partial, g, sums, 0],
    },
  ];
  if (residual !== 'spikes') return calls;
  const into = await memory.zeros(rows * channels);
  const need = passing(12 * rows * channels);
  return [...calls, { ...common, kernel: 'accumulate', need, name: 'accumulate', args: [g, into, rows * channels] }];
}

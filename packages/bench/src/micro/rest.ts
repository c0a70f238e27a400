/** The calls of a training step that belong to no layer of the trunk: image, heads, loss, optimiser. */
import { describeNetwork, inferShapes, type NetworkSpec, type ValueShape } from 'kestirme';
import type { KernelCall, Memory } from './machine.js';
import { padded } from './shapes.js';

export async function restOfStep(
  network: NetworkSpec,
  batch: number,
  firing: number,
  memory: Memory,
): Promise<KernelCall[]> {
  const { parameters, shortcutParameters } = describeNetwork(network);
  const length = 4 * Math.ceil((parameters + shortcutParameters) / 4);
  const [weights, gradient, velocity] = [await memory.floats(length), await memory.zeros(length), 0];
  const momentum = velocity + (await memory.zeros(length));
  const [scratchLength = 0] = await memory.machine.call('updateScratchLen', [length]);
  const scratch = await memory.zeros(2 * scratchLength);
  const common = { shape: `${length} parameters`, count: 1, macs: 0, additions: 0 };
  const heads: KernelCall[] = [];
  for (const head of network.heads) heads.push(...(await headCalls(network, head.tap, batch, firing, memory)));
  return [
    await encode(network, batch, memory),
    ...heads,
    await loss(network, batch, memory),
    { ...common, kernel: 'zero', name: 'zero', args: [gradient, length] },
    {
      ...{ ...common, kernel: 'sgd', name: 'sgdStep' },
      args: [0.1, 0.9, 0, 1e-4, 1, length, gradient, weights, momentum, scratch],
    },
  ];
}

async function encode({ input }: NetworkSpec, batch: number, memory: Memory): Promise<KernelCall> {
  const { channels, height, width } = input;
  const pixels = batch * height * width;
  const images = await memory.zeros((pixels * channels) / 4);
  const [statistics, out] = [await memory.floats(2 * channels), await memory.zeros(pixels * channels)];
  return {
    ...{ kernel: 'encode', shape: `${batch}x${height}x${width}x${channels}`, count: 1, macs: 0, additions: 0 },
    ...{ name: 'encodeDirect', args: [channels, pixels, images, statistics, out] },
  };
}

async function headCalls(
  network: NetworkSpec,
  tap: string,
  batch: number,
  firing: number,
  memory: Memory,
): Promise<KernelCall[]> {
  const shape = inferShapes(network).get(tap) as ValueShape;
  const { timeSteps, classes } = network;
  const channels = padded(shape.channels);
  const pixels = shape.height * shape.width;
  const { machine } = memory;
  const [pool = 0] = await machine.call('globalaveragepool_new', [timeSteps, batch, pixels, channels]);
  const [linear = 0] = await machine.call('linear_new', [batch, channels, classes]);
  const spikes = await memory.bits(timeSteps * batch * pixels, channels, firing);
  const [rates, inject] = [await memory.floats(batch * channels), await memory.zeros(batch * channels)];
  const [weight, dweight] = [await memory.floats(classes * channels), await memory.zeros(classes * channels)];
  const [bias, dbias] = [await memory.floats(classes), await memory.zeros(classes)];
  const [logits, dlogits] = [await memory.zeros(batch * classes), await memory.floats(batch * classes)];
  const pooled = { shape: `${timeSteps}x${batch}x${pixels}x${channels}`, count: 1, macs: 0, additions: 0 };
  const macs = batch * channels * classes;
  const head = { shape: `${batch}x${channels} to ${classes}`, count: 1 };
  const of = (amount: number) => ({ macs: amount, additions: amount });
  return [
    {
      ...pooled,
      kernel: 'global average pool forward',
      name: 'globalaveragepool_forward',
      args: [pool, spikes, rates],
    },
    {
      ...{ ...head, ...of(macs), kernel: 'linear forward' },
      ...{ name: 'linear_forward', args: [linear, rates, weight, bias, logits] },
    },
    {
      ...{ ...head, ...of(2 * macs), kernel: 'linear backward' },
      ...{ name: 'linear_backward', args: [linear, rates, weight, dlogits, dweight, dbias, inject] },
    },
    { ...pooled, kernel: 'global average pool backward', name: 'globalaveragepool_backward', args: [pool, inject] },
  ];
}

async function loss({ heads, classes }: NetworkSpec, batch: number, memory: Memory): Promise<KernelCall> {
  const [self = 0] = await memory.machine.call('loss_new', [heads.length, batch, classes, 1, 0]);
  const length = heads.length * batch * classes;
  const [headWeights, labels] = [await memory.floats(heads.length), await memory.zeros(batch)];
  const [logits, dlogits] = [await memory.floats(length), await memory.zeros(length)];
  return {
    ...{ kernel: 'cross entropy', shape: `${heads.length}x${batch}x${classes}`, count: 1, macs: 0, additions: 0 },
    ...{ name: 'loss_forwardBackward', args: [self, headWeights, batch, labels, logits, dlogits] },
  };
}

/** Whose memory the gradients of currents lie in that several layers read. */
import { expect, it } from 'vitest';
import { loadKernels } from '../kernels/backends/wasm.js';
import { LoadedNetwork } from '../loaded/loadedNetwork.js';
import { NetworkBuilder } from '../network/builder.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';

const spec = new NetworkBuilder({ input: { channels: 3, height: 8, width: 8 }, timeSteps: 3, classes: 2 })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .batchNorm({ name: 'still' })
  .lif({ name: 'a' })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .batchNorm({ name: 'moving' })
  .lif({ name: 'b' })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .add({ name: 'first', with: 'still' })
  .lif({ name: 'c' })
  .conv2d({ outChannels: 8, kernel: 3, padding: 1 })
  .add({ name: 'second', with: 'moving' })
  .add({ name: 'third', with: 'first' })
  .lif({ name: 'd' })
  .build();

async function trunk(encode: 'direct' | 'rate' = 'direct') {
  const kernels = await loadKernels('single', 1, []);
  const training = defaultTrainingOptions({ batchSize: 4, encode });
  const request = { network: spec, training, mean: [0, 0, 0], std: [1, 1, 1] };
  return new LoadedNetwork(kernels, request, 2 ** 32).trunk;
}

it('of two values that are summed one takes the gradient over, and the other has memory of its own', async () => {
  const { layers, value } = await trunk().then((made) => ({ layers: made.layers, value: made.value.bind(made) }));
  expect(layers.map(({ output }) => output.name)).toEqual(
    ['still', 'a', 'moving', 'b', 'first', 'c', 'second', 'd'].filter((name) => name !== 'third'),
  );
  // LIF d sums up third = second + first itself, in whose backward pass g comes to be.
  const [of, other] = [value('second').gradient, value('first').gradient];
  expect(of).not.toBeNull();
  expect(other).not.toBe(of);
  // What second adds to is the third reader of that memory: it writes there first, LIF b adds.
  expect(value('moving').gradient).toBe(of);
  expect(value('still').gradient).not.toBe(other);
});

it('a current that is the same at every time step is written once, and its gradient is of one step', async () => {
  const sizes = async (encode: 'direct' | 'rate') => {
    const still = (await trunk(encode)).value('still');
    return [still.steps, still.gradient?.bytes];
  };
  expect(await sizes('direct')).toEqual([1, 4 * 4 * 8 * 8 * 8]);
  expect(await sizes('rate')).toEqual([3, 3 * 4 * 4 * 8 * 8 * 8]);
});

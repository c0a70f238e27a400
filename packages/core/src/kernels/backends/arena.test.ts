/** Arenas beyond what the module's allocator gives, and addresses beyond 2 GiB. */
import { expect, it } from 'vitest';
import { withReserve } from '../../engine/engines.test.support.js';
import { Session } from '../../engine/session.js';
import { SharedEngine } from '../../engine/sharedEngine.js';
import { buildModel } from '../../models/model.js';
import { defaultTrainingOptions } from '../../train/validateOptions.js';
import type { Kernels } from '../kernels.js';
import { pooledKernels } from './pooled.test.support.js';
import { loadKernels } from './wasm.js';

const gibibyte = 1_073_741_824;
const large = 2.25 * gibibyte;

it('more than 2 GiB are given, given back and given again; what a host has no more of is 0', async () => {
  const kernels = await loadKernels('single', 1, []);
  const address = kernels.memory.reserve(large);
  expect(address).toBeGreaterThan(0);
  expect(address % 64).toBe(0);
  const first = new Uint8Array(kernels.memory.buffer, address, 1);
  first[0] = 7;
  // A second one would be beyond 4 GiB.
  expect(kernels.memory.reserve(large)).toBe(0);
  // So few bytes, because clearing all would take 2 GiB of this machine.
  kernels.memory.release(address, 4096);
  expect(first[0]).toBe(0);
  expect(kernels.memory.reserve(large)).toBe(address);
  kernels.memory.release(address, 4096);
  expect(kernels.memory.reserve(4096)).toBe(address);
  kernels.memory.release(address, 4096);
}, 60_000);

const input = { channels: 3, height: 16, width: 16 };
const network = buildModel('resnet20', { timeSteps: 2, input, classes: 5 });
const batch = {
  images: Uint8Array.from({ length: 8 * 768 }, (_, i) => (i * 37) % 256),
  labels: Int32Array.from({ length: 8 }, (_, i) => i % 5),
  indices: Uint32Array.from({ length: 8 }, (_, i) => i),
  size: 8,
};

/** Hash of the weights after two steps, and where the network's memory began. */
async function run(kernels: Kernels) {
  let address = 0;
  const reserve = (bytes: number) => {
    address = kernels.memory.reserve(bytes);
    return address;
  };
  const session = new SharedEngine(new Session(withReserve(kernels, reserve), undefined));
  const normal = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] };
  await session.load({ network, training: defaultTrainingOptions({ batchSize: 8 }), ...normal });
  const place = { epoch: 0, iterationsPerEpoch: 2, headWeights: null, probe: true };
  for (const iteration of [0, 1]) await session.trainStep(batch, { ...place, iteration });
  const sha256 = await session.weightsSha256();
  await session.close();
  return { sha256, address };
}

it('a network lives beyond 2 GiB and computes the same bits there', async () => {
  const kernels = await pooledKernels(2);
  // Nobody's, so that the allocator, which has little left below, goes on above.
  expect(kernels.memory.reserve(2 * gibibyte)).toBeGreaterThan(0);
  const high = await run(kernels);
  expect(high.address).toBeGreaterThan(2 * gibibyte);
  const { sha256 } = await run(await loadKernels('single', 1, []));
  expect(high.sha256).toBe(sha256);
}, 60_000);

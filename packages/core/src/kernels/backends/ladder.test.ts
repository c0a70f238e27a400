/** A host that grants less shared memory than 4 GiB, as small devices do. Alone in its file: a thread asks its host once. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { platform } from '#platform';
import { createInlineEngine } from '../../engine/createEngine.js';
import { buildModel } from '../../models/model.js';
import { defaultTrainingOptions } from '../../train/validateOptions.js';
import { sharedMemory } from './wasm.js';

const { Memory } = WebAssembly;
let grantedPages = 0;

class MeanMemory extends Memory {
  constructor(descriptor: WebAssembly.MemoryDescriptor) {
    if ((descriptor.maximum ?? 0) > grantedPages) throw new RangeError('could not allocate memory');
    super(descriptor);
  }
}

beforeAll(() => {
  Object.assign(WebAssembly, { Memory: MeanMemory });
});
afterAll(() => {
  Object.assign(WebAssembly, { Memory });
});

it.each([
  [65_536, 65_536],
  [65_535, 32_768],
  [30_000, 16_384],
  [4_096, 4_096],
])('of %i pages that a host grants, %i are taken', (granted, taken) => {
  grantedPages = granted;
  expect(sharedMemory().maximumBytes).toBe(taken * 65_536);
});

it('a host that grants next to nothing is named', () => {
  grantedPages = 1_000;
  expect(() => sharedMemory()).toThrow('the host grants no shared WebAssembly memory, not even 256 MiB');
});

it('the limit of plans follows, so that what does not fit is refused early', async () => {
  // As where native kernels have no room, either.
  vi.spyOn(platform, 'availableMemory').mockReturnValue(null);
  grantedPages = 8_192;
  const engine = await createInlineEngine({ build: 'threads' });
  const input = { channels: 3, height: 32, width: 32 };
  const network = buildModel('resnet20', { timeSteps: 2, input });
  const normal = { mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] };
  const load = (batchSize: number) =>
    engine.load({ network, training: defaultTrainingOptions({ batchSize }), ...normal });
  await expect(load(1024)).rejects.toThrow(
    'the limit is 448.0 MiB, for this host grants WebAssembly only 512.0 MiB of shared memory; what fits: a batch of',
  );
  const plan = await load(8);
  expect(plan.limitBytes).toBe(448 * 1_048_576);
  await engine.close();
});

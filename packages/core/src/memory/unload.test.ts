/** What networks leave in an instance when they are unloaded, refused or only planned: nothing. */
import { expect, it } from 'vitest';
import { createInlineEngine } from '../engine/createEngine.js';
import { place } from '../engine/engines.test.support.js';
import type { LoadRequest } from '../engine/types.js';
import { usualOptions } from '../fields/field.js';
import type { Batch } from '../loader/batch.js';
import { residuals } from '../models/residuals/index.js';
import type { ResidualKind } from '../models/residuals/residual.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NeuronSettings, NormSettings } from '../network/spec.js';
import { neurons } from '../neurons/index.js';
import type { NeuronKind } from '../neurons/neuron.js';
import { norms } from '../norms/index.js';
import { firingRate } from '../penalties/firingRate.js';
import { RandomStream } from '../random/philox.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { allocator } from './allocator.test.support.js';

/** Every neuron, norm and residual connection, and in each network all other kernel objects that there are. */
const requests = (neurons as readonly NeuronKind[]).map(({ name, signed = false }, i): LoadRequest => {
  const neuron = { kind: name } as NeuronSettings;
  const norm = { kind: norms[i % norms.length]?.name } as NormSettings;
  const kinds = (residuals as readonly ResidualKind[]).filter((one) => !signed || !/^sew-i?and$/.test(one.name));
  const { block, goesOn } = kinds[i % kinds.length] as ResidualKind;
  const input = { channels: 3, height: 8, width: 8 };
  const net = new NetworkBuilder({ input, timeSteps: 2, classes: 4, neuron, norm });
  net.conv2d({ outChannels: 4, kernel: 3, stride: 2, padding: 1 }).norm();
  if (goesOn !== 'currents') net.lif();
  block(net, { name: 'block', inChannels: 4, outChannels: 4, stride: 1 }, () => {});
  if (goesOn === 'currents') net.lif();
  net.tap('early').maxPool({ kernel: 2 }).linear({ outFeatures: 6 }).lif();
  const penalty = signed ? {} : { penalty: { kind: 'firing-rate' as const, ...usualOptions(firingRate.options) } };
  return {
    network: net.build({ heads: ['early'] }),
    training: defaultTrainingOptions({ batchSize: 4, ...penalty }),
    ...{ mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  };
});

function batch(size: number): Batch {
  const random = new RandomStream(size, 5);
  return {
    images: Uint8Array.from({ length: size * 8 * 8 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: size }, () => random.below(4)),
    indices: Uint32Array.from({ length: size }, (_, i) => i),
    size,
  };
}

/** A long form for npm run test:kinds. */
const least = process.env.KESTIRME_EVERY_KIND === '1' ? 5000 : 300;

it(`${least} networks and more, loaded one after the other, trained and unloaded, leave nothing`, async () => {
  const engine = await createInlineEngine({ build: 'single', backend: 'wasm' });
  const given = await allocator();
  const empty = given.liveBytes;
  const [whole, short] = [batch(4), batch(3)];
  const rounds: { live: number; bytes: number }[] = [];
  for (let loads = 0; loads < least; loads += requests.length) {
    for (const request of requests) {
      await engine.load(request);
      // Two sizes of a batch, in training and evaluation.
      if (rounds.length < 10) for (const one of [whole, short]) await engine.trainStep(one, place);
      await engine.evaluateStep(short);
    }
    rounds.push({ live: given.liveBytes, bytes: given.bytes });
  }
  // The first rounds may find no hole that is large enough; then every network takes the place of those before.
  const [first, , third] = rounds;
  expect(rounds.at(-1)?.bytes).toBe(third?.bytes);
  expect(first?.live).toBeGreaterThan(empty);
  expect(new Set(rounds.map(({ live }) => live))).toEqual(new Set([first?.live]));
  await engine.close();
  expect(given.liveBytes).toBe(empty);
}, 300_000);

it('neither does a network that does not fit, nor the search for one that does', async () => {
  const engine = await createInlineEngine({ build: 'single', backend: 'wasm', memoryLimit: 100_000 });
  const given = await allocator();
  const empty = given.liveBytes;
  for (const request of requests) {
    expect((await engine.memoryRoom(request)).plan).not.toBeNull();
    await expect(
      engine.load({ ...request, training: { ...request.training, microBatch: 4096, batchSize: 4096 } }),
    ).rejects.toThrow('the limit is');
    expect(given.liveBytes).toBe(empty);
  }
  await engine.close();
});

/** The memory that training takes: what the plan says, as little as its buffers' lives allow, and no more later. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createEngine, createInlineEngine } from '../engine/createEngine.js';
import { withReserve } from '../engine/engines.test.support.js';
import { Session } from '../engine/session.js';
import { SharedEngine } from '../engine/sharedEngine.js';
import type { Engine } from '../engine/types.js';
import { loadKernels } from '../kernels/backends/wasm.js';
import { type Buffer, type Mode, Planner } from '../layers/planner.js';
import { LoadedNetwork } from '../loaded/loadedNetwork.js';
import type { Batch } from '../loader/batch.js';
import { buildModel } from '../models/model.js';
import { NetworkBuilder } from '../network/builder.js';
import type { NetworkSpec } from '../network/spec.js';
import { RandomStream } from '../random/philox.js';
import type { TrainingOptions } from '../train/options.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { allocator } from './allocator.test.support.js';

const input = { channels: 3, height: 12, width: 12 };
const small = buildModel('resnet20', { width: 0.25, timeSteps: 2, input, classes: 5, heads: 'blocks' });
const deep = buildModel('resnet110', { width: 0.25, timeSteps: 2, input, classes: 5, heads: 'blocks' });
/** Pools, residuals of currents and of spikes, taps at a value that the next layer does not read alone. */
const oddities = new NetworkBuilder({ input, timeSteps: 3, classes: 5 })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1, bias: true })
  .lif()
  .tap('early')
  .avgPool({ name: 'average', kernel: 2 })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .batchNorm()
  .add({ with: 'average' })
  .lif()
  .maxPool({ kernel: 3, stride: 2, padding: 1 })
  .linear({ outFeatures: 9 })
  .batchNorm()
  .lif()
  .build({ heads: ['early'] });

/** Learned amplitudes, and a decay that has a limit. */
const learned = new NetworkBuilder({ input, timeSteps: 2, classes: 5, neuron: { kind: 'trainable-ternary' } })
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .norm()
  .lif()
  .tap('early')
  .conv2d({ outChannels: 6, kernel: 3, padding: 1 })
  .norm()
  .lif({ neuron: { kind: 'diet' } })
  .build({ heads: ['early'] });

const normal = { mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] };
const request = (network: NetworkSpec, changes: Partial<TrainingOptions> = {}) => ({
  network,
  training: defaultTrainingOptions({ epochs: 2, batchSize: 6, microBatch: 6, ...changes }),
  ...normal,
});

function batch(size: number, seed: number): Batch {
  const random = new RandomStream(seed, 5);
  return {
    images: Uint8Array.from({ length: size * 12 * 12 * 3 }, () => random.below(256)),
    labels: Int32Array.from({ length: size }, () => random.below(5)),
    indices: Uint32Array.from({ length: size }, (_, i) => i),
    size,
  };
}

const step = (engine: Engine, iteration: number, probe = false) =>
  engine.trainStep(batch(iteration % 3 === 2 ? 5 : 6, iteration), {
    ...{ epoch: 0, iteration, iterationsPerEpoch: 100, headWeights: null, probe },
  });

const variants: [string, NetworkSpec, Partial<TrainingOptions>][] = [
  ['ResNet-20', small, {}],
  ['110 layers', deep, {}],
  ['micro-batches and clipping', small, { microBatch: 4, clipNorm: 0.5 }],
  ['rate coding', small, { encode: 'rate' }],
  ['learned numbers', learned, {}],
  ['an average of the weights', small, { ema: 0.99 }],
  ['oddities', oddities, { optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } }],
];

describe.each(variants)('%s', (_, network, changes) => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('reserves the plan, once, and allocates nothing in a step but the first of another size', async () => {
    const kernels = await loadKernels('single', 1, []);
    const reserve = vi.fn(kernels.memory.reserve);
    const session = new SharedEngine(new Session(withReserve(kernels, reserve), undefined));
    const plan = await session.load(request(network, changes));
    const given = await allocator();
    const allocations = async (work: () => Promise<unknown>) => {
      const before = given.allocations;
      await work();
      return given.allocations - before;
    };
    expect(await allocations(() => step(session, 0))).toBe(0);
    expect(await allocations(() => step(session, 1, true))).toBe(0);
    // A shorter batch has objects of its own.
    expect(await allocations(() => step(session, 2))).toBeGreaterThan(0);
    for (let i = 3; i < 6; i++) expect(await allocations(() => step(session, i, i === 5))).toBe(0);
    const others = async () => {
      await session.evaluateStep(batch(6, 9));
      await session.predict(batch(5, 9).images);
      await session.writeState(await session.readState());
      await session.weightsSha256();
    };
    expect(await allocations(others)).toBe(0);
    expect(reserve.mock.calls).toEqual([[plan.totalBytes]]);
    expect(plan.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(plan.totalBytes);
    await session.close();
  });

  it('makes views of the memory in the first step of a size alone', async () => {
    const engine = await createInlineEngine({ build: 'single', backend: 'wasm' });
    await engine.load(request(network, changes));
    for (let i = 0; i < 3; i++) await step(engine, i);
    const { memory } = await loadKernels('single', 1, []);
    const views: string[] = [];
    for (const kind of [Float32Array, Float64Array, Int32Array, Uint32Array, Uint8Array]) {
      const construct: ProxyHandler<typeof kind>['construct'] = (target, args) => {
        if (args[0] === memory.buffer) views.push(`${target.name} of ${args[2]} at ${args[1]}`);
        return Reflect.construct(target, args);
      };
      vi.stubGlobal(kind.name, new Proxy(kind, { construct }));
    }
    for (let i = 3; i < 6; i++) await step(engine, i);
    expect(views).toEqual([]);
    await engine.readState();
    expect(views).not.toEqual([]);
    await engine.close();
  });

  it('has the bits of a run in which no two buffers share a place', async () => {
    const run = async () => {
      const engine = await createInlineEngine({ build: 'single' });
      const { totalBytes } = await engine.load(request(network, changes));
      const losses = [];
      for (let i = 0; i < 3; i++) losses.push((await step(engine, i, i === 1)).loss);
      const { logits } = await engine.evaluateStep(batch(6, 9));
      const sha256 = await engine.weightsSha256();
      await engine.close();
      return { totalBytes, bits: { losses, logits: [...logits], sha256 } };
    };
    const shared = await run();
    const declared: Buffer[] = [];
    const { buffer } = Planner.prototype;
    vi.spyOn(Planner.prototype, 'buffer').mockImplementation(function (this: Planner, ...args) {
      const made = buffer.apply(this, args);
      declared.push(made);
      return made;
    });
    vi.spyOn(Planner.prototype, 'place').mockImplementation(function (this: Planner) {
      let end = this.fixed.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { offsets, bytes } of declared) {
        for (const mode of ['training', 'evaluation'] as const) offsets[mode] = end;
        end += bytes;
      }
      return { training: end, evaluation: end };
    });
    const apart = await run();
    expect(apart.totalBytes).toBeGreaterThan(1.3 * shared.totalBytes);
    expect(apart.bits).toEqual(shared.bits);
  });
});

it.each([
  ['resnet18', 2, 16],
  ['resnet18', 4, 16],
  ['resnet19', 2, 8],
  ['resnet20', 2, 32],
] as const)('%s, T %i, B %i: the plan is near what lives at once', async (model, timeSteps, size) => {
  const declared: Buffer[] = [];
  const { buffer } = Planner.prototype;
  const spy = vi.spyOn(Planner.prototype, 'buffer').mockImplementation(function (this: Planner, ...args) {
    const made = buffer.apply(this, args);
    declared.push(made);
    return made;
  });
  const network = buildModel(model, { width: 1, timeSteps, heads: 'stages' });
  const sizes = { batchSize: size, microBatch: size };
  const { plan } = new LoadedNetwork(await loadKernels('single', 1, []), request(network, sizes), 4e9);
  spy.mockRestore();
  const most = Math.max(...(['training', 'evaluation'] as const).map((mode) => mostAlive(declared, mode)));
  const transient = (plan.parts.at(-1) as { bytes: number }).bytes;
  expect(transient).toBeGreaterThanOrEqual(most);
  expect(transient / most).toBeLessThan(1.02);
});

/** The most bytes that live at one moment: no placing needs less. */
function mostAlive(buffers: readonly Buffer[], mode: Mode): number {
  const lives = buffers.flatMap(({ spans, bytes }) => (spans[mode] === null ? [] : [{ span: spans[mode], bytes }]));
  const at = (moment: number) =>
    lives.reduce((sum, { span, bytes }) => (span[0] <= moment && moment <= span[1] ? sum + bytes : sum), 0);
  return Math.max(...lives.map(({ span }) => at(span[0])));
}

it('fifty steps take no memory that the first ten did not', async () => {
  const engine = await createEngine({ threads: 2 });
  await engine.load(request(small));
  const after = async (from: number, to: number) => {
    let mostArrays = 0;
    for (let i = from; i < to; i++) {
      await step(engine, i, i % 10 === 0);
      mostArrays = Math.max(mostArrays, process.memoryUsage().arrayBuffers);
    }
    return { rss: process.memoryUsage.rss(), mostArrays };
  };
  const early = await after(0, 10);
  const late = await after(10, 60);
  await engine.close();
  // The plan is 1.5 MB; a leak of a tenth of it in each step would be 7 MB. JavaScript's own heap breathes.
  expect(late.rss - early.rss).toBeLessThan(6e6);
  // A batch is 7 kB; nothing of the size of the weights passes through arrays.
  expect(late.mostArrays).toBeLessThan(early.mostArrays + 1e6);
}, 60_000);

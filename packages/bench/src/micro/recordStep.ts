/** The kernel calls of a training step, or of an inference, as the engine makes them, whatever layers the network has. */
import type { NetworkSpec } from 'kestirme';
import { defaultTrainingOptions } from 'kestirme';
import { fillBits } from './fill.js';

export interface RecordedCall {
  layer: string;
  /** As people call it. */
  kernel: string;
  /** The export, and its arguments. */
  name: string;
  args: number[];
}

export interface RecordedStep {
  /** All of the module's memory before the step. */
  memory: Uint8Array;
  calls: RecordedCall[];
}

type Callable = (this: { handle: number }, ...values: (number | boolean)[]) => unknown;

// Parts of the engine, which the package does not export.
interface Kernels {
  api: Record<string, unknown>;
  memory: { buffer: ArrayBuffer };
}
interface LoadedNetwork {
  watch: { layer(name: string): void; spikes(): void } | null;
  start(request: object): void;
}
interface Engine {
  loadKernels(build: 'single', threads: number, ports: readonly []): Promise<Kernels>;
  LoadedNetwork: new (kernels: Kernels, request: object, limitBytes: number) => LoadedNetwork;
  trainStep(program: LoadedNetwork, batch: object, position: object): unknown;
  predict(program: LoadedNetwork, images: Uint8Array, indices: Uint32Array): unknown;
  isKernel(exported: string): boolean;
  kernelName(key: string): string;
}

async function engine(): Promise<Engine> {
  const files = [
    'kernels/backends/wasm',
    'loaded/loadedNetwork',
    'loaded/forwardStep',
    'train/step',
    'profile/kernelNames',
  ];
  const modules = [...files, 'profile/kernelNames'].map(
    (file) => import(new URL(`./${file}.js`, import.meta.resolve('kestirme')).href),
  );
  return Object.assign({}, ...(await Promise.all(modules)));
}

/** Of the second of two steps on the same images of random pixels: all that JavaScript writes is in the memory then. */
export async function recordStep(
  network: NetworkSpec,
  batchSize: number,
  { inference = false } = {},
): Promise<RecordedStep> {
  const parts = await engine();
  const kernels = await parts.loadKernels('single', 1, []);
  const training = { ...defaultTrainingOptions(), batchSize, microBatch: batchSize };
  const { channels, height, width } = network.input;
  const normal = { mean: Array(channels).fill(0.5), std: Array(channels).fill(0.25) };
  const request = { network, training, ...normal, inference };
  const program = new parts.LoadedNetwork(kernels, request, 2 ** 31);
  program.start(request);
  const pixels = new Uint32Array((batchSize * channels * height * width) / 4);
  fillBits(pixels, 32, 0.5, 1);
  const images = new Uint8Array(pixels.buffer);
  const labels = Int32Array.from({ length: batchSize }, (_, i) => i % network.classes);
  const batch = { images, labels, indices: Uint32Array.from({ length: batchSize }, (_, i) => i), size: batchSize };
  const position = { epoch: 0, iteration: 0, iterationsPerEpoch: 2, headWeights: null, probe: false };
  const step = inference
    ? () => parts.predict(program, images, batch.indices)
    : () => parts.trainStep(program, batch, position);
  step();
  const memory = new Uint8Array(kernels.memory.buffer).slice();
  const calls: RecordedCall[] = [];
  let layer = '';
  program.watch = {
    layer(name) {
      layer = name;
    },
    spikes() {},
  };
  const wrap = (owner: Record<string, unknown>, property: string, key: string, name: string, isMethod: boolean) => {
    const original = owner[property] as Callable;
    owner[property] = function (this: { handle: number }, ...values: (number | boolean)[]) {
      const args = [...(isMethod ? [this.handle] : []), ...values.map(Number)];
      calls.push({ layer, kernel: parts.kernelName(key), name, args });
      return original.apply(this, values);
    };
  };
  for (const [name, exported] of Object.entries(kernels.api)) {
    if (typeof exported !== 'function' || !parts.isKernel(name)) continue;
    const prototype = exported.prototype as Record<string, unknown> | undefined;
    const members = Object.entries(Object.getOwnPropertyDescriptors(prototype ?? {}));
    const methods = members.filter(([member, { value }]) => member !== 'constructor' && typeof value === 'function');
    if (methods.length === 0) wrap(kernels.api, name, name, name, false);
    for (const [method] of methods) {
      const symbol = `${name.toLowerCase()}_${method}`;
      wrap(prototype as Record<string, unknown>, method, `${name}.${method}`, symbol, true);
    }
  }
  step();
  return { memory, calls };
}

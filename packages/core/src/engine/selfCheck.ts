/**
 * Whether native kernels compute what those of WebAssembly do: one step of a tiny network that has every kind of kernel,
 * in some milliseconds, to recorded bits. `npm run verify` compares much more; this is for a processor, a build or a
 * version that it has never seen.
 */
import { nativeKernels } from '../kernels/backends/native.js';
import type { Kernels } from '../kernels/kernels.js';
import { defaultLambda } from '../lambda/schedule.js';
import { NetworkBuilder } from '../network/builder.js';
import type { LoadedNative } from '../platform/platform.js';
import { defaultTrainingOptions } from '../train/validateOptions.js';
import { Session } from './session.js';

/** What the kernels of WebAssembly give; node scripts/self-check.mjs records it anew. */
export const recordedSha256 = 'ff244119c3df10b6fdbeacb5e460e593abcd61c190eb6c9565840af19d5354c4';

const threads = 2;
const [images, size] = [4, 8];

/** Channels of whole and of broken vectors, dense and firing convolutions, strides, a residual, two heads. */
const network = () =>
  new NetworkBuilder({ input: { channels: 3, height: size, width: size }, timeSteps: 2, classes: 4 })
    .conv2d({ outChannels: 20, kernel: 3, padding: 1 })
    .batchNorm()
    .lif()
    .conv2d({ outChannels: 36, kernel: 3, padding: 1 })
    .batchNorm()
    .lif()
    .tap('early')
    .conv2d({ outChannels: 32, kernel: 3, stride: 2, padding: 1 })
    .batchNorm()
    .lif()
    .build({ heads: ['early'] });

/** The hash of the weights after a step on these kernels, which are closed then. */
export async function bitsOfStep(kernels: Kernels): Promise<string> {
  const session = new Session(kernels, undefined);
  try {
    const training = defaultTrainingOptions({ epochs: 1, batchSize: images, lambda: defaultLambda('sbp') });
    await session.load({ network: network(), training, mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.3] });
    const batch = {
      images: Uint8Array.from({ length: images * size * size * 3 }, (_, i) => (i * i * 31 + i * 7) % 256),
      labels: Int32Array.from({ length: images }, (_, i) => i),
      indices: Uint32Array.from({ length: images }, (_, i) => i),
      size: images,
    };
    const position = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };
    await session.trainStep(batch, position);
    return await session.weightsSha256();
  } finally {
    await session.end(new Error('the check is over'));
  }
}

/** @throws where they compute other bits, or nothing. */
export async function selfCheck(native: LoadedNative): Promise<void> {
  const sha256 = await bitsOfStep(nativeKernels(native, threads));
  if (sha256 === recordedSha256) return;
  throw new Error(
    `${native.file} gives other bits than WebAssembly (${sha256.slice(0, 12)}, not ${recordedSha256.slice(0, 12)}): it was ` +
      'built from other sources, or this processor computes otherwise',
  );
}

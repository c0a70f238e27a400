import { beforeAll, expect, test } from 'vitest';
import { loadKernels } from '../kernels/backends/wasm.js';
import type { Kernels } from '../kernels/kernels.js';
import type { WeightSpec } from '../network/spec.js';
import { geometryOf, lengthsOf, lineOf } from './geometry.js';
import type { Value } from './value.js';

let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels('single', 1, []);
});

const of = (layer: object) => ({ name: 'layer', input: 'input', bias: false, ...layer }) as WeightSpec;
const conv = (inChannels: number, outChannels: number, kernel: number, stride: number) =>
  of({ type: 'conv2d', inChannels, outChannels, kernel, stride, padding: kernel >> 1 });
const linear = (inFeatures: number, outFeatures: number) => of({ type: 'linear', inFeatures, outFeatures });

test.each([
  [conv(16, 16, 3, 1), 8, 16],
  [conv(16, 32, 3, 2), 8, 16],
  [conv(64, 64, 3, 1), 4, 64],
  [conv(32, 64, 1, 2), 2, 32],
  [linear(784, 1000), 1, 784],
  [linear(1000, 12), 1, 1000],
  [linear(64, 64), 1, 64],
])('what is planned for so many images is enough for fewer: %o', (spec, side, channels) => {
  const source = { height: side, width: side, channels } as Value;
  const geometry = geometryOf(spec, source, 1);
  const { kernel, stride, padding, outChannels } = geometry;
  for (const most of [1, 7, 50, 64, 100, 131, 200]) {
    const planned = lengthsOf(kernels, geometry, most, [channels, outChannels]);
    for (let images = 1; images <= most; images++) {
      const extent = geometry.source(images);
      const size = new kernels.api.Conv2d(...extent, channels, outChannels, kernel, stride, padding);
      for (const [name, length] of Object.entries(planned)) {
        const needed = size[name as keyof typeof planned];
        if (needed > length)
          expect.fail(`${images} images, where ${most} were planned, need ${needed} ${name}, not ${length}`);
      }
    }
  }
});

test('lines of images hold all of them', () => {
  expect([1, 2, 4, 7, 50, 60, 64, 97, 200, 512, 1009].map(lineOf)).toEqual([1, 2, 4, 1, 10, 15, 16, 1, 50, 64, 1]);
});

/** PyTorch's parameter layouts, and those that the kernels read: channels padded to fours, convolutions in blocks. */
import type { Kernels } from '../engine/kernels.js';
import type { Parameter } from './parameters.js';

type Place = Pick<Parameter, 'shape' | 'layout' | 'padded' | 'length'>;

/** Runs `use` with `floats` of memory that are given back afterwards. */
function withScratch<T>({ api, memory }: Kernels, floats: number, use: (at: number, view: Float32Array) => T): T {
  const at = api.reserve(4 * floats);
  if (at === 0) throw new Error(`no memory for ${4 * floats} bytes while converting a parameter`);
  try {
    return use(at, new Float32Array(memory.buffer, at, floats));
  } finally {
    api.release(at, 4 * floats);
  }
}

function convolution({ shape, padded }: Place): [number, number, number, number, number] {
  const [o, i, height, width] = shape as [number, number, number, number];
  const [cout, cin] = padded as [number, number];
  return [o, i, cin, cout, height * width];
}

export const weightLayout = {
  write(kernels: Kernels, place: Place, at: number, data: Float32Array): void {
    if (place.layout === 'conv') {
      withScratch(kernels, data.length, (from, view) => {
        view.set(data);
        kernels.api.packWeights(from, ...convolution(place), at);
      });
      return;
    }
    const view = new Float32Array(kernels.memory.buffer, at, place.length);
    view.fill(0);
    const row = place.shape.at(-1) as number;
    const paddedRow = place.padded.at(-1) as number;
    for (let i = 0; i * row < data.length; i++) view.set(data.subarray(i * row, (i + 1) * row), i * paddedRow);
  },

  read(kernels: Kernels, place: Place, at: number): Float32Array {
    const count = place.shape.reduce((product, n) => product * n, 1);
    if (place.layout === 'conv') {
      return withScratch(kernels, count, (to, view) => {
        kernels.api.unpackWeights(at, ...convolution(place), to);
        return view.slice();
      });
    }
    const view = new Float32Array(kernels.memory.buffer, at, place.length);
    const data = new Float32Array(count);
    const row = place.shape.at(-1) as number;
    const paddedRow = place.padded.at(-1) as number;
    for (let i = 0; i * row < count; i++) data.set(view.subarray(i * paddedRow, i * paddedRow + row), i * row);
    return data;
  },
};

/** Rates that this machine attains with these kernels and threads: the two lines of the roofline. */
import type { Kernels } from '../kernels/kernels.js';
import { roundUp } from '../layers/planner.js';
import type { MachineRates } from './types.js';

const repetitions = 4;

/** Null when there is no memory for it. */
export function calibrate(kernels: Kernels): MachineRates | null {
  const gigaMacsPerSecond = arithmetic(kernels);
  const gigabytesPerSecond = memory(kernels);
  return gigaMacsPerSecond === null || gigabytesPerSecond === null ? null : { gigaMacsPerSecond, gigabytesPerSecond };
}

/** A dense convolution with channels enough that its inner loop is all that counts. */
function arithmetic(kernels: Kernels): number | null {
  const [images, pixels, channels, taps] = [8, 16, 64, 9];
  const kernel = new kernels.api.Conv2d(images, pixels, pixels, channels, channels, 3, 1, 1);
  const output = images * pixels * pixels * channels;
  const floats = [kernel.borderedLen, taps * channels * channels, kernel.tiledLen, output];
  const seconds = best(kernels, floats, ([x, weights, tiled, y]) =>
    kernel.forwardDense(x as number, weights as number, tiled as number, y as number),
  );
  kernel.free();
  return seconds === null ? null : (output * taps * channels) / seconds / 1e9;
}

/** Far more than the caches hold. */
function memory(kernels: Kernels): number | null {
  const { api } = kernels;
  const floats = 8_388_608;
  const seconds = best(kernels, [floats, floats], ([x, into]) => api.accumulate(x as number, into as number, floats));
  return seconds === null ? null : (3 * 4 * floats) / seconds / 1e9;
}

/** Shortest time of a call on arrays of zeros of these lengths, which lie one after the other. */
function best({ memory }: Kernels, floats: readonly number[], call: (at: number[]) => void): number | null {
  const bytes = floats.map((length) => roundUp(4 * length));
  const total = bytes.reduce((sum, one) => sum + one, 0);
  const address = memory.reserve(total);
  if (address === 0) return null;
  try {
    let end = address;
    const at = bytes.map((one) => {
      end += one;
      return end - one;
    });
    call(at);
    let shortest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < repetitions; i++) {
      const begin = performance.now();
      call(at);
      shortest = Math.min(shortest, performance.now() - begin);
    }
    return shortest / 1000;
  } finally {
    memory.release(address, total);
  }
}

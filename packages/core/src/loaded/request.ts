import type { LoadRequest } from '../engine/types.js';
import { NetworkError, validateNetwork } from '../network/shapes.js';
import { validateTrainingOptions } from '../train/validateOptions.js';

/** Throws NetworkError or OptionsError naming the part that no engine can run, before anything is planned. */
export function requireSound({ network, training, mean, std }: LoadRequest): void {
  validateNetwork(network);
  // A training that brings its own weights of the heads may have any preset.
  validateTrainingOptions(training);
  requireChannels('mean', mean, network.input.channels, 'finite', () => true);
  requireChannels('std', std, network.input.channels, 'above 0', (x) => x > 0);
}

/** In single precision, in which the kernels have them. */
function requireChannels(
  name: string,
  values: readonly number[],
  channels: number,
  kind: string,
  fits: (value: number) => boolean,
): void {
  if (!Array.isArray(values) || values.length !== channels) {
    const has = Array.isArray(values) ? values.length : String(values);
    throw new NetworkError(
      `${name} must have a number for each channel: the network's input has ${channels}, ${name} has ${has}`,
    );
  }
  values.forEach((value: unknown, i) => {
    const single = typeof value === 'number' ? Math.fround(value) : Number.NaN;
    if (!Number.isFinite(single) || !fits(single)) {
      throw new NetworkError(`${name}[${i}] must be a number, ${kind}, got ${String(value)}`);
    }
  });
}

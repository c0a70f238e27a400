/**
 * Refuses layers whose numbers 32 bits cannot count. Kernels index by 32 bits in places, native ones too, and those of
 * WebAssembly say how much memory they need in numbers which would wrap and look small. Networks may be larger.
 */
import { hasWeights } from '../network/currents.js';
import { inferShapes, type ValueShape } from '../network/shapes.js';
import type { NetworkSpec, WeightSpec } from '../network/spec.js';

const limit = 4_294_967_296;

/** A layer that alone has more numbers than 32 bits can count. */
export class TooLargeError extends RangeError {
  override readonly name = 'TooLargeError';
}

/** @throws TooLargeError naming the first layer that is too large for `batch` images at a time. */
export function requireAddressable(network: NetworkSpec, batch: number, threads: number): void {
  const shapes = inferShapes(network);
  const { timeSteps } = network;
  for (const layer of network.layers) {
    const shape = shapes.get(layer.name) as ValueShape;
    const values = timeSteps * batch * shape.height * shape.width * shape.channels;
    // Three sums for each channel and task, of which a task may have one row only.
    require(layer.name, 3 * values, network, batch);
    if (hasWeights(layer)) {
      const most = largestOfConvolution(
        layer,
        shapes.get(layer.input) as ValueShape,
        shape,
        timeSteps * batch,
        threads,
      );
      require(layer.name, most, network, batch);
    }
  }
}

function require(layer: string, numbers: number, { name, timeSteps }: NetworkSpec, batch: number): void {
  if (numbers < limit) return;
  throw new TooLargeError(
    `${layer} of ${name} works on more numbers than 32 bits can count, ${numbers.toPrecision(3)}, ` +
      `with ${batch} images at a time and ${timeSteps} time steps`,
  );
}

/** The largest of a convolution's bordered input and gradient, lists of spikes, weights in all runs and lists of its threads. */
function largestOfConvolution(
  layer: WeightSpec,
  from: ValueShape,
  to: ValueShape,
  images: number,
  threads: number,
): number {
  if (layer.type === 'linear') return largestOfLinear(layer, images);
  const { kernel, stride, inChannels, outChannels } = layer;
  const border = 2 * kernel;
  const [lines, pixels] = [to.height + border, to.width + border];
  const runs = Math.ceil(32 / Math.ceil(outChannels / 64));
  return Math.max(
    images * (from.height + border) * (from.width + border) * inChannels,
    images * lines * pixels * outChannels,
    images * inChannels * kernel * stride * lines * Math.ceil(to.width / 4),
    (inChannels + 4) * (outChannels + 8) * kernel * kernel * runs,
    threads * 36 * (from.height + border) * (from.width + border),
  );
}

/** The same of a fully connected layer, whose map is one pixel of padded features. */
function largestOfLinear({ inFeatures, outFeatures }: WeightSpec & { type: 'linear' }, images: number): number {
  // A channel of the map may be padded to four.
  const features = 4 * inFeatures;
  return Math.max(images * features, images * (outFeatures + 4), features * (outFeatures + 8) * 32);
}

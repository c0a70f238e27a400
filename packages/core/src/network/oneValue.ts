/** Normalisations that would have one value per channel to normalise over: the result would be the same for every image. */
import { neuronKind } from '../neurons/index.js';
import { normKind } from '../norms/index.js';
import type { TrainingOptions } from '../train/options.js';
import { inferShapes, type ValueShape } from './shapes.js';
import type { NetworkSpec } from './spec.js';

/** The first normalisation with one value per channel of an image, of those that differ; null: there is none. */
export function normOfOneValue(network: NetworkSpec, encode: TrainingOptions['encode']): string | null {
  const shapes = inferShapes(network);
  const found = network.layers.find((layer) => {
    if (layer.type === 'lif') {
      const { height, width } = shapes.get(layer.name) as ValueShape;
      return neuronKind(layer.neuron.kind)?.running !== undefined && height * width === 1;
    }
    if (layer.type !== 'batchNorm') return false;
    const { steps, height, width } = shapes.get(layer.name) as ValueShape;
    if (normKind(layer.kind)?.statistics === 'each step') return height * width === 1;
    // What is the same at every time step is computed once; drawn as spikes, nothing is the same.
    return (encode === 'rate' ? network.timeSteps : steps) * height * width === 1;
  });
  return found?.name ?? null;
}

/** Throws RangeError when a training step on so many images would let that normalisation see a single one of them. */
export function requireSeveralValues(norm: string | null, images: number, microBatch: number): void {
  if (norm === null || (microBatch > 1 && images % microBatch !== 1)) return;
  const part = images === 1 ? 'a batch of 1 image' : `a part of 1 image (${images} in micro-batches of ${microBatch})`;
  throw new RangeError(
    `${norm} would normalise over one value per channel in ${part}: its output would be the same for every image; ` +
      'take a batch (`batchSize`), a last batch and micro-batches (`microBatch`) of 2 images or more, or a larger map',
  );
}

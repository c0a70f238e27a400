import type { Engine, MemoryPlan } from '../engine/types.js';
import { answeringWeights } from '../loaded/state.js';
import { requireFiniteState } from '../train/resume.js';
import type { Checkpoint } from './checkpoint.js';

/** A checkpoint, or as much of one as an inference needs. */
export type Trained = Pick<Checkpoint, 'network' | 'training' | 'mean' | 'std' | 'state'>;

/**
 * Loads a trained network for inference alone (`LoadRequest.inference`), with its weights: `engine.predict` and `evaluate`
 * give the bits that they gave in training. `batchSize`: images that pass at a time; default: as in training.
 * @throws Error before anything is reserved when the weights are not finite or the plan is over the limit
 */
export async function loadForInference(
  engine: Pick<Engine, 'load' | 'writeState'>,
  { network, training, mean, std, state }: Trained,
  { batchSize = training.microBatch } = {},
): Promise<MemoryPlan> {
  requireFiniteState(state);
  const sizes = { batchSize, microBatch: batchSize };
  const plan = await engine.load({ network, training: { ...training, ...sizes }, mean, std, inference: true });
  await engine.writeState(answeringWeights(state));
  return plan;
}

/** How far logits are from the answers: a file for each loss, and a line here. How heads meet in one is another option. */
import { kindNamed, type SpecOf } from '../fields/kind.js';
import { crossEntropy } from './crossEntropy.js';
import type { LossKind } from './loss.js';
import { mse } from './mse.js';
import { tet } from './tet.js';

export const losses = [crossEntropy, mse, tet] as const;

/** A loss with its options: { kind: 'cross-entropy' }. */
export type LossSpec = SpecOf<(typeof losses)[number]>;

export const usualLoss: LossSpec = { kind: crossEntropy.name };

export function lossKind(name: unknown): LossKind | undefined {
  return kindNamed(losses, name) as LossKind | undefined;
}

/** Time steps of which a loss takes each one's logits: T, or 1, their mean. */
export function stepsOfLoss(loss: LossSpec, timeSteps: number): number {
  return lossKind(loss.kind)?.eachStep ? timeSteps : 1;
}

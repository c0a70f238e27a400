/** What a training adds to its loss besides answers: a file for each penalty, and a line here. */
import type { SpecOf } from '../fields/kind.js';
import { firingRate } from './firingRate.js';

export const penalties = [firingRate] as const;

/** A penalty with its options: { kind: 'firing-rate', strength: 0.1, target: 0.1 }. */
export type PenaltySpec = SpecOf<(typeof penalties)[number]>;

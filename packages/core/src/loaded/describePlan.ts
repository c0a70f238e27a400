import { platform } from '#platform';
import type { MemoryPlan } from '../engine/types.js';
import type { Planner } from '../layers/planner.js';

/** Where the bytes of a plan go, as people read it. */
export function describePlan(planner: Planner, limitBytes: number): MemoryPlan {
  const { training, evaluation } = planner.place();
  const fixed = planner.fixed.reduce((sum, buffer) => sum + buffer.bytes, 0);
  const totalBytes = Math.max(training, evaluation);
  const large = planner.fixed.filter((b) => /^(parameter|optimizer|running)/.test(b.name));
  const parts = large.map(({ name, bytes }) => ({ name, bytes }));
  const named = parts.reduce((sum, part) => sum + part.bytes, 0);
  return {
    totalBytes,
    limitBytes,
    availableBytes: platform.availableMemory(),
    parts: [
      ...parts,
      { name: 'images, heads and statistics', bytes: fixed - named },
      {
        name: planner.inference ? 'activations and scratch' : 'activations, gradients and scratch',
        bytes: totalBytes - fixed,
      },
    ],
  };
}

/** Batches that fit into the memory: found by making plans, which takes none. */

import { platform } from '#platform';
import type { LoadRequest, MemoryPlan, MemoryRoom } from '../engine/types.js';
import type { Kernels, MemoryLimit } from '../kernels/kernels.js';
import { LoadedNetwork } from '../loaded/loadedNetwork.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { TooLargeError } from './addressable.js';
import { mebibytes } from './memoryLimit.js';

const mostImages = 1_048_576;

/** The loaded with its plan, which fits. @throws Error with the plan and the batch that would fit */
export function fittingNetwork(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): LoadedNetwork {
  const loaded = networkOrReason(kernels, request, limit);
  if (!(loaded instanceof LoadedNetwork)) throw new Error(refusal(kernels, request, limit, loaded));
  if (loaded.plan.totalBytes <= limit.bytes) return loaded;
  loaded.free();
  throw new Error(refusal(kernels, request, limit, loaded.plan));
}

/** The plan, whether or not it fits, and the largest batches that would. */
export function memoryRoom(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): MemoryRoom {
  const plan = planOf(kernels, request, limit);
  return {
    plan,
    fits: plan !== null && plan.totalBytes <= limit.bytes,
    limitBytes: limit.bytes,
    limitReason: limit.reason,
    largestBatch: largestBatch(kernels, request, limit),
    largestMicroBatch: largestMicroBatch(kernels, request, limit),
  };
}

function networkOrReason(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): LoadedNetwork | string {
  try {
    return new LoadedNetwork(kernels, request, limit.bytes);
  } catch (error) {
    if (error instanceof TooLargeError) return error.message;
    throw error;
  }
}

/** The plan alone; null: there is none, for no addresses reach so far. */
function planOf(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): MemoryPlan | null {
  const loaded = networkOrReason(kernels, request, limit);
  if (!(loaded instanceof LoadedNetwork)) return null;
  loaded.free();
  return loaded.plan;
}

function refusal(kernels: Kernels, request: LoadRequest, limit: MemoryLimit, plan: MemoryPlan | string): string {
  const { network, training } = request;
  const { batchSize, microBatch } = training;
  const what = `${network.name} with ${microBatch} images at a time`;
  const need =
    typeof plan === 'string'
      ? `does not fit (${plan})`
      : `needs ${mebibytes(plan.totalBytes)} (${plan.parts.map((p) => `${p.name} ${mebibytes(p.bytes)}`).join(', ')})`;
  const [micro, batch] = [largestMicroBatch(kernels, request, limit), largestBatch(kernels, request, limit)];
  const advice =
    micro === 0 && batch === 0
      ? smallerNetwork(network)
      : `what fits: a batch of ${batch} (\`batchSize\`)${micro > 0 ? `, or the batch of ${batchSize} in micro-batches of ${micro} (\`microBatch\`)` : ''}`;
  const other = nativeHasRoom(kernels, limit, plan) ? "native has room for it (`backend: 'native'`); " : '';
  return `${what} ${need}; the limit is ${mebibytes(limit.bytes)}, ${limit.reason}; ${other}${advice}`;
}

/** Where WebAssembly is the limit and the machine's memory is none. */
function nativeHasRoom(kernels: Kernels, limit: MemoryLimit, plan: MemoryPlan | string): boolean {
  if (kernels.backend === 'native' || limit !== kernels.limit || typeof plan === 'string') return false;
  return plan.totalBytes <= (platform.availableMemory() ?? 0);
}

function smallerNetwork({ timeSteps }: NetworkSpec): string {
  const steps = timeSteps > 1 ? `, or fewer than ${timeSteps} time steps (\`timeSteps\`)` : '';
  return `not even one image at a time fits: take a smaller network or image${steps}`;
}

/** The largest batch that fits in one piece; 0: none. */
function largestBatch(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): number {
  return largest(mostImages, (images) => fits(kernels, request, limit, { batchSize: images, microBatch: images }));
}

/** The largest part of the batch that fits, of those that are smaller than it; 0: none. */
function largestMicroBatch(kernels: Kernels, request: LoadRequest, limit: MemoryLimit): number {
  const { batchSize } = request.training;
  return largest(batchSize - 1, (microBatch) => fits(kernels, request, limit, { batchSize, microBatch }));
}

function fits(
  kernels: Kernels,
  request: LoadRequest,
  limit: MemoryLimit,
  sizes: Pick<TrainingOptions, 'batchSize' | 'microBatch'>,
): boolean {
  const plan = planOf(kernels, { ...request, training: { ...request.training, ...sizes } }, limit);
  return plan !== null && plan.totalBytes <= limit.bytes;
}

/** The largest number from 1 to `most` that fits, if all smaller ones do; 0 when 1 does not. */
export function largest(most: number, doesFit: (images: number) => boolean): number {
  let [fitting, tooLarge] = [0, 1];
  while (tooLarge <= most && doesFit(tooLarge)) {
    fitting = tooLarge;
    tooLarge *= 2;
  }
  tooLarge = Math.min(tooLarge, most + 1);
  while (tooLarge - fitting > 1) {
    const middle = Math.floor((fitting + tooLarge) / 2);
    if (doesFit(middle)) fitting = middle;
    else tooLarge = middle;
  }
  return fitting;
}

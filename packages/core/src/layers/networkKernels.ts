import type { Kernels } from '../kernels/kernels.js';
import { Views } from '../kernels/views.js';
import { KernelObjects } from './kernelObjects.js';

/** The kernels, with what one network makes to call them. */
export interface NetworkKernels extends Kernels {
  readonly objects: KernelObjects;
  readonly views: Views;
}

export function kernelsOfNetwork(kernels: Kernels): NetworkKernels {
  return { ...kernels, objects: new KernelObjects(), views: new Views(kernels.memory) };
}

import { inputsOf } from './currents.js';
import type { Conv2dSpec, NetworkSpec } from './spec.js';

/**
 * The convolutions between the image and the main head, in order; where ways part and meet again in a sum, those of the
 * way with more of them, so that a residual connection's projection is not among them.
 */
export function mainConvolutions(network: NetworkSpec): Conv2dSpec[] {
  // Layers stand in topological order, so that what one reads is there before it.
  const paths = new Map<string, Conv2dSpec[]>([['input', []]]);
  for (const layer of network.layers) {
    const longest = inputsOf(layer)
      .map((name) => paths.get(name) ?? [])
      .reduce((a, b) => (b.length > a.length ? b : a));
    paths.set(layer.name, layer.type === 'conv2d' ? [...longest, layer] : longest);
  }
  return paths.get(network.heads[0]?.tap ?? '') ?? [];
}

/** Layers with weights between the image and the classes, as networks are named by them: convolutions and the main head. */
export function depthOf(network: NetworkSpec): number {
  return mainConvolutions(network).length + 1;
}

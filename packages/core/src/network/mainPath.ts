import { hasWeights, inputsOf } from './currents.js';
import type { Conv2dSpec, NetworkSpec, WeightSpec } from './spec.js';

/**
 * The layers with weights between the image and the main head, in order; where ways part and meet again in a sum, those of
 * the way with more of them, so that a residual connection's projection is not among them.
 */
export function mainLayers(network: NetworkSpec): WeightSpec[] {
  // Layers stand in topological order, so that what one reads is there before it.
  const paths = new Map<string, WeightSpec[]>([['input', []]]);
  for (const layer of network.layers) {
    const longest = inputsOf(layer)
      .map((name) => paths.get(name) ?? [])
      .reduce((a, b) => (b.length > a.length ? b : a));
    paths.set(layer.name, hasWeights(layer) ? [...longest, layer] : longest);
  }
  return paths.get(network.heads[0]?.tap ?? '') ?? [];
}

/** Those of `mainLayers` that are convolutions. */
export function mainConvolutions(network: NetworkSpec): Conv2dSpec[] {
  return mainLayers(network).filter((layer) => layer.type === 'conv2d');
}

/** Layers with weights between the image and the classes, as networks are named by them: those above and the main head. */
export function depthOf(network: NetworkSpec): number {
  return mainLayers(network).length + 1;
}

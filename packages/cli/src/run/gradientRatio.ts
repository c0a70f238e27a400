/** How the gradient spreads over the depth of a network, whatever scales the loss or the weights. */
import type { EpochMetrics } from 'kestirme';

/** The name of `gradientRatio` in the terminal, the report and the documentation, and its meaning in words. */
export const gradientRatioName = 'gradient ratio';
export const gradientRatioMeaning =
  'gradient ratio: norm of the gradient divided by norm of the weights, of the first convolution against the last';

export function isConvWeight(parameter: string): boolean {
  if (!parameter.endsWith('.weight') || parameter.startsWith('head.')) return false;
  return !/(?:norm|bn)\d*\.weight$/i.test(parameter);
}

/** A projection on a residual connection: not a step of the path from input to output. */
export function isProjection(name: string): boolean {
  return /(?:^|\.)down(?:\.|$)/.test(name);
}

/** Names of the convolutions' weights in network order, those beside the path left out. */
function mainPath(metrics: EpochMetrics): string[] {
  return Object.keys(metrics.gradients.weights).filter((name) => isConvWeight(name) && !isProjection(name));
}

/** Norm of a weight's gradient per norm of the weight; null where one of them is missing, or the weight is zero. */
function perWeightNorm(metrics: EpochMetrics, parameter: string): number | null {
  const { norm, weightNorm } = metrics.gradients.weights[parameter] ?? {};
  if (norm === undefined || !Number.isFinite(norm) || weightNorm === undefined || !(weightNorm > 0)) return null;
  return norm / weightNorm;
}

/**
 * The gradient at each convolution, per norm of its weights, as a multiple of that at the last convolution of the main
 * path. Empty where that is not known: a version before recorded no norms of weights, and by a gradient of zero nothing
 * divides.
 */
export function relativeGradients(metrics: EpochMetrics): Map<string, number> {
  const last = mainPath(metrics).at(-1);
  const unit = last === undefined ? null : perWeightNorm(metrics, last);
  const found = new Map<string, number>();
  if (unit === null || unit === 0) return found;
  for (const name of Object.keys(metrics.gradients.weights).filter(isConvWeight)) {
    const own = perWeightNorm(metrics, name);
    if (own !== null) found.set(name, own / unit);
  }
  return found;
}

/** `relativeGradients` at the first convolution: below 1 the first layers get less than the last. Null: not known. */
export function gradientRatio(metrics: EpochMetrics): number | null {
  return relativeGradients(metrics).get(mainPath(metrics)[0] ?? '') ?? null;
}

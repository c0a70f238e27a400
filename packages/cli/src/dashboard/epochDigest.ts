/** What a page needs of an epoch at once: the rest of its line stays in the file. */
import type { EpochPoint } from '@kestirme/dashboard';
import type { EpochMetrics, GradientStats } from 'kestirme';
import type { Line } from './tail.js';

export interface EpochDigest {
  point: EpochPoint;
  place: Pick<Line, 'at' | 'bytes'>;
  norms: (number | null)[];
  zeroShares: (number | null)[];
  rates: (number | null)[];
}

/** Names in the order of the arrays of a digest. */
export interface LayerNames {
  parameters: string[];
  neurons: string[];
}

/** Weights of convolutions and fully connected layers: those of norms have a few entries, and their own scale. */
const isTold = (name: string) => name.endsWith('.weight') && !/(?:norm|bn)\d*\.weight$/.test(name);

export function layerNames({ gradients, firingRates }: EpochMetrics): LayerNames {
  return { parameters: Object.keys(gradients.weights).filter(isTold), neurons: Object.keys(firingRates) };
}

export function digestOf(metrics: EpochMetrics, names: LayerNames, { at, bytes }: Line): EpochDigest {
  const { firingRates, gradients, ...rest } = metrics;
  const { epoch, lambda, headWeights, lr, trainLoss, trainAccuracy, trainAccuracyMain } = rest;
  const { testLoss, testAccuracy, imagesPerSecond, seconds } = rest;
  const told = (pick: (stats: GradientStats) => number) =>
    names.parameters.map((name) => short(own(gradients.weights, name, pick)));
  return {
    point: {
      ...{ epoch, lambda, headWeights, lr, trainLoss, trainAccuracy, trainAccuracyMain },
      ...{ testLoss, testAccuracy, imagesPerSecond, seconds },
    },
    place: { at, bytes },
    norms: told((stats) => stats.norm),
    zeroShares: told((stats) => stats.zeroShare),
    rates: names.neurons.map((name) => short(own(firingRates, name, (rate) => rate))),
  };
}

function own<T>(values: Record<string, T>, name: string, pick: (value: T) => number): number | undefined {
  return Object.hasOwn(values, name) ? pick(values[name] as T) : undefined;
}

/** Four digits: more are not to be seen, and they are most of the bytes of a heat map. */
function short(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(4));
}

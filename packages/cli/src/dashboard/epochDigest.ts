/**
 * What a page needs of an epoch at once: the rest of its line stays in the file. A line may have a hundred kilobytes, and a
 * server reads thousands of them when a page opens: they are parsed, and what is no number is left out, where the program
 * itself (run/metricsFile.ts) checks every number and refuses the file.
 */
import type { EpochPoint, HistogramsAnswer } from '@kestirme/dashboard';
import { Failure, messageOf } from '../errors.js';
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

type Plain = Readonly<Record<string, unknown>>;

/** Weights of convolutions and fully connected layers: those of norms have a few entries, and their own scale. */
const isTold = (name: string) => name.endsWith('.weight') && !/(?:norm|bn)\d*\.weight$/.test(name);

/** @throws Failure unless the line is of epoch number `epoch`; `place`: of the line, for errors */
export function parseEpoch(text: string, place: string, epoch: number): Plain {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${place} is damaged: ${messageOf(error)}`);
  }
  const found = objectIn(value);
  if (found.epoch === epoch) return found;
  throw new Failure(`${place}: expected "epoch": ${epoch}, found ${JSON.stringify(found.epoch)}`);
}

export function layerNames(epoch: Plain): LayerNames {
  return {
    parameters: Object.keys(weightsOf(epoch)).filter(isTold),
    neurons: Object.keys(objectIn(epoch.firingRates)),
  };
}

export function digestOf(epoch: Plain, names: LayerNames, { at, bytes }: Pick<Line, 'at' | 'bytes'>): EpochDigest {
  const number = (key: keyof EpochPoint) => numberIn(epoch[key]);
  const weights = weightsOf(epoch);
  const rates = objectIn(epoch.firingRates);
  const told = (key: string) => names.parameters.map((name) => short(objectIn(own(weights, name))[key]));
  return {
    point: {
      ...{ epoch: number('epoch'), lambda: number('lambda'), lr: number('lr') },
      headWeights: numbersIn(epoch.headWeights),
      ...{
        trainLoss: number('trainLoss'),
        trainLossMain: number('trainLossMain'),
        testLoss: number('testLoss'),
        testAccuracy: number('testAccuracy'),
      },
      ...(epoch.judgedBy === 'validation' ? { judgedBy: 'validation' } : {}),
      ...{ trainAccuracy: number('trainAccuracy'), trainAccuracyMain: number('trainAccuracyMain') },
      ...{ imagesPerSecond: number('imagesPerSecond'), seconds: number('seconds') },
    },
    place: { at, bytes },
    ...{ norms: told('norm'), zeroShares: told('zeroShare') },
    rates: names.neurons.map((name) => short(own(rates, name))),
  };
}

/** The histogram of a weight's gradient; null where the epoch has none of that name. */
export function histogramIn(epoch: Plain, layer: string) {
  const weights = weightsOf(epoch);
  if (!Object.hasOwn(weights, layer)) return null;
  const { histogram, zeroShare, count } = objectIn(weights[layer]);
  const { minExponent, positive, negative } = objectIn(histogram);
  const found: HistogramsAnswer['epochs'][number] = {
    ...{ epoch: numberIn(epoch.epoch), positive: numbersIn(positive), negative: numbersIn(negative) },
    zeros: numberIn(zeroShare) * numberIn(count),
  };
  return { minExponent: numberIn(minExponent), found };
}

const weightsOf = (epoch: Plain) => objectIn(objectIn(epoch.gradients).weights);

function objectIn(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

const own = (values: Plain, name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
const numberIn = (value: unknown) => (typeof value === 'number' ? value : Number.NaN);
const numbersIn = (value: unknown) => (Array.isArray(value) ? value.map(numberIn) : []);

/** Four digits: more are not to be seen, and they are most of the bytes of a heat map. */
function short(value: unknown): number | null {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : null;
}

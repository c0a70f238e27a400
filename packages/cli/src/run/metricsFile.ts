import { type EpochMetrics, plain } from 'kestirme';
import { Failure, messageOf } from '../errors.js';

const { count, finite, integer, listOf, mapOf, nonNegative, objectOf, oneOf, optional, share } = plain;

const gradientStats = objectOf({
  norm: nonNegative,
  zeroShare: share,
  count: nonNegative,
  weightNorm: optional(nonNegative),
  histogram: objectOf({ minExponent: integer, positive: listOf(nonNegative), negative: listOf(nonNegative) }),
});

const epochMetrics = objectOf({
  epoch: count,
  lambda: finite,
  headWeights: listOf(finite),
  lr: nonNegative,
  trainLoss: finite,
  trainLossMain: optional(finite),
  trainAccuracy: share,
  trainAccuracyMain: share,
  testLoss: finite,
  testAccuracy: share,
  judgedBy: optional(oneOf(['validation'])),
  imagesPerSecond: nonNegative,
  seconds: nonNegative,
  waitShare: optional(share),
  firingRates: mapOf(share),
  gradients: objectOf({ taps: mapOf(gradientStats), weights: mapOf(gradientStats) }),
});

/** The lines of metrics.jsonl, one epoch after the other. */
export function parseMetrics(text: string, file: string): EpochMetrics[] {
  return text
    .split('\n')
    .map((line, at) => ({ line, number: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, number }, epoch) => readLine(line, `${file}, line ${number}`, epoch));
}

function readLine(line: string, place: string, epoch: number): EpochMetrics {
  let value: unknown;
  try {
    value = plain.parseJson(line);
  } catch (error) {
    throw new Failure(`${place} is damaged: ${messageOf(error)}`);
  }
  const problem = epochMetrics(value, '');
  if (problem !== undefined) throw new Failure(`${place}: ${problem}`);
  const metrics = value as EpochMetrics;
  if (metrics.epoch !== epoch)
    throw new Failure(`${place}: expected "epoch": ${epoch} (the file counts from 0), found ${metrics.epoch}`);
  return metrics;
}

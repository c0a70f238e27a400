import type { EpochMetrics } from 'kestirme';
import { Failure, messageOf } from '../errors.js';

const NUMBERS = ['lambda', 'lr', 'trainLoss', 'trainAccuracy', 'testLoss', 'testAccuracy', 'imagesPerSecond'] as const;

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
    value = JSON.parse(line);
  } catch (error) {
    throw new Failure(`${place} is damaged: ${messageOf(error)}`);
  }
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (fields.epoch !== epoch)
    throw new Failure(`${place}: expected epoch ${epoch}, found ${JSON.stringify(fields.epoch)}`);
  for (const name of NUMBERS) {
    if (typeof fields[name] !== 'number') {
      throw new Failure(`${place}: expected a number as ${name}, found ${JSON.stringify(fields[name])}`);
    }
  }
  for (const name of ['firingRates', 'gradients'] as const) {
    if (typeof fields[name] !== 'object' || fields[name] === null) {
      throw new Failure(`${place}: expected an object as ${name}, found ${JSON.stringify(fields[name])}`);
    }
  }
  return fields as unknown as EpochMetrics;
}

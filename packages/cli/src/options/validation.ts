/** --validation: a number of images in place of the test images, or a share of the training images beside them. */
import type { ValidationShare } from '@kestirme/datasets';
import { checkNumber, isDecimal, parseNumber, quote, ValueError, type ValueType } from './types.js';

const images = { min: 0, max: 1e9, integer: true };
const seeds = { min: 0, max: 2 ** 32 - 1, integer: true };

/** A whole number, or 'SHARE' or 'SHARE:SEED' with a share between 0 and 1. */
export type Validation = number | string;

export function parseValidation(value: Validation): number | Required<ValidationShare> {
  if (typeof value === 'number') return value;
  const [share = '', seed = '0'] = value.split(':');
  return { share: Number(share), seed: Number(seed) };
}

function read(text: string): Validation {
  const [number = '', seed, ...more] = text.split(':');
  const isShare = isDecimal(number) && Number(number) > 0 && Number(number) < 1;
  if (more.length > 0 || (seed !== undefined && !isShare)) {
    throw new ValueError(`${quote(text)} is no number of images, nor a share of them with or without a seed, as 0.1:7`);
  }
  if (!isShare) return parseNumber(number, images);
  return textOf(Number(number), seed === undefined ? 0 : parseNumber(seed, seeds));
}

const textOf = (share: number, seed: number) => (seed === 0 ? String(share) : `${share}:${seed}`);

export const validationType: ValueType<Validation> = {
  form: 'N|SHARE[:SEED]',
  range: '',
  fromText: read,
  fromFile(value) {
    if (typeof value === 'string') return read(value);
    if (typeof value !== 'number') throw new ValueError('is neither a number nor a share');
    return value > 0 && value < 1 ? textOf(value, 0) : checkNumber(value, images);
  },
};

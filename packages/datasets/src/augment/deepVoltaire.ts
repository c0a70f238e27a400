/**
 * The operations of AutoAugment as the program of P. Popien (DeepVoltaire) has them, which most others that train on CIFAR
 * took over, those of the paper's group among them: shears are bicubic, moves end between pixels, an image turns one way only.
 */
import { type Operation, type OperationName, operations, roundHalfToEven } from './operations.js';
import { rotate, shearX, shearY, translate } from './pixels/affine.js';

/** Number `bin` of `bins` from `start` to `end`, as NumPy counts. */
const evenly = (start: number, end: number, bin: number, bins: number) =>
  bin === bins - 1 ? end : start + bin * ((end - start) / (bins - 1));

const upTo = (end: number, operation: Pick<Operation, 'apply' | 'signed'>): Operation => ({
  ...operation,
  magnitude: (bin, bins) => evenly(0, end, bin, bins),
});

const farthest = 150 / 331;
const nearest = 'nearest';

export const deepVoltaireOperations: Record<OperationName, Operation> = {
  ...operations,
  shearX: upTo(0.3, {
    signed: true,
    apply: (sample, slope, { fill }) => shearX(sample, slope, { resampling: 'bicubic', fill }),
  }),
  shearY: upTo(0.3, {
    signed: true,
    apply: (sample, slope, { fill }) => shearY(sample, slope, { resampling: 'bicubic', fill }),
  }),
  translateX: upTo(farthest, {
    signed: true,
    apply: (sample, share, { fill }) => translate(sample, -share * sample.width, 0, { resampling: nearest, fill }),
  }),
  translateY: upTo(farthest, {
    signed: true,
    apply: (sample, share, { fill }) => translate(sample, 0, -share * sample.height, { resampling: nearest, fill }),
  }),
  rotate: upTo(30, {
    signed: false,
    apply: (sample, degrees, { fill }) => rotate(sample, degrees, { resampling: nearest, fill }),
  }),
  brightness: upTo(0.9, operations.brightness),
  color: upTo(0.9, operations.color),
  contrast: upTo(0.9, operations.contrast),
  sharpness: upTo(0.9, operations.sharpness),
  posterize: { ...operations.posterize, magnitude: (bin, bins) => roundHalfToEven(evenly(8, 4, bin, bins)) },
  solarize: { ...operations.solarize, magnitude: (bin, bins) => evenly(256, 0, bin, bins) },
};

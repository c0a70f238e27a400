/** The work of a convolution's kernels. */
import { dataBytes, gradientBytes, type Value } from './value.js';
import { type KernelCalls, times, type Work } from './work.js';

/** What there is to know of a convolution. */
interface Convolution {
  readonly source: Value;
  readonly steps: number;
  readonly height: number;
  readonly width: number;
  readonly trueChannels: number;
  readonly channels: number;
  /** Places of its kernel. */
  readonly taps: number;
  readonly accumulates: boolean;
}

/** `timeSteps`: T, where the convolution may run once for all. */
export function convolutionWork(conv: Convolution, timeSteps: number, call: KernelCalls): Work {
  const { source, steps, height, width, channels, trueChannels, taps } = conv;
  const { kernel, images, calls, bits } = call;
  const pixels = steps * height * width;
  const macs = images * pixels * taps * trueChannels * source.trueChannels;
  const weights = calls * 4 * taps * channels * source.channels;
  const input = dataBytes(source, images);
  const output = 4 * images * pixels * channels;
  const firingRate = bits.get(source.name)?.fired;
  const inputGradient = source.wantsGradient ? gradientBytes(source, images) : 0;
  const activeShare = source.active === null ? 1 : bits.get(source.name)?.active;
  const activeBits = source.active === null ? 0 : input;
  const current = 4 * images * timeSteps * height * width * channels;
  const sparse = { macs, additions: times(macs, firingRate), firingRate };
  const dense = { macs, additions: macs };
  switch (kernel) {
    case 'Conv2d.forward':
    case 'Conv2d.forwardPlane':
      return { ...sparse, read: input + weights, written: output };
    case 'Conv2d.forwardDense':
      return { ...dense, read: input + weights, written: output };
    case 'Conv2d.addBorder':
      return { read: input, written: input };
    case 'Conv2d.backwardWeights':
    case 'Conv2d.backwardWeightsPlane':
      return { ...sparse, read: input + output + weights, written: weights };
    case 'Conv2d.backwardWeightsDense':
      return { ...dense, read: input + output + weights, written: weights };
    case 'Conv2d.backwardInput': {
      const read = output + weights + activeBits + (conv.accumulates ? inputGradient : 0);
      return { macs, additions: times(macs, activeShare), activeShare, read, written: inputGradient };
    }
    case 'Norm.forwardTrain':
      return { read: output, written: 0 };
    case 'backwardApply':
      return { read: current + output, written: output };
    default:
      return {};
  }
}

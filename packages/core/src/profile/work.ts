/** What each kernel has to do for its layer: operations and bytes, from the sizes of its tensors. */
import type { Program } from '../engine/program.js';
import { Conv2dLayer } from '../layers/conv2d.js';
import { LifLayer } from '../layers/lif.js';
import type { Mode } from '../layers/planner.js';
import { PoolLayer } from '../layers/pool.js';
import { dataBytes, gradientBytes, type Value } from '../layers/value.js';

/** Of a whole step; undefined: not known. */
export interface Work {
  macs?: number;
  additions?: number | undefined;
  read?: number;
  written?: number;
  firingRate?: number | undefined;
  activeShare?: number | undefined;
}

/** Shares of ones in the spikes of a value, and in the bits of its active neurons. */
export type BitShares = ReadonlyMap<string, { fired: number; active: number | undefined }>;

const times = (amount: number, share: number | undefined) => (share === undefined ? undefined : amount * share);

export class KernelWork {
  readonly #program: Program;
  readonly #layers = new Map<string, Conv2dLayer | LifLayer | PoolLayer>();

  constructor(program: Program) {
    this.#program = program;
    for (const layer of program.trunk.layers) {
      if (layer instanceof PoolLayer) {
        this.#layers.set(layer.spec.name, layer);
        continue;
      }
      this.#layers.set(layer.spec.name, layer);
      const convs = [layer.main, ...(layer.residual.kind === 'conv' ? [layer.residual.conv] : [])];
      for (const conv of convs) {
        this.#layers.set(conv.spec.name, conv);
        if (conv.norm !== null) this.#layers.set(conv.norm.spec.name, conv);
      }
    }
  }

  /** Of `calls` calls of a kernel in a step over `images` images. */
  of(layerName: string, key: string, images: number, calls: number, mode: Mode, bits: BitShares): Work {
    const layer = this.#layers.get(layerName);
    if (layer instanceof Conv2dLayer) return this.#ofConv2d(layer, key, images, calls, bits);
    if (layer instanceof LifLayer) return ofLif(layer, key, images, mode === 'training');
    if (layer instanceof PoolLayer) return ofPool(layer, key, images);
    return layerName.startsWith('head.') ? this.#ofHead(layerName, key, images, calls) : this.#ofRest(key, images);
  }

  #ofConv2d(layer: Conv2dLayer, key: string, images: number, calls: number, bits: BitShares): Work {
    const { source, steps, height, width, channels, trueChannels, spec } = layer;
    const taps = spec.kernel * spec.kernel;
    const pixels = steps * height * width;
    const macs = images * pixels * taps * trueChannels * source.trueChannels;
    const weights = calls * 4 * taps * channels * source.channels;
    const input = dataBytes(source, images);
    const output = 4 * images * pixels * channels;
    const firingRate = bits.get(source.name)?.fired;
    const inputGradient = source.wantsGradient ? gradientBytes(source, images) : 0;
    const activeShare = source.active === null ? 1 : bits.get(source.name)?.active;
    const activeBits = source.active === null ? 0 : input;
    const current = 4 * images * this.#program.network.timeSteps * height * width * channels;
    const sparse = { macs, additions: times(macs, firingRate), firingRate };
    const dense = { macs, additions: macs };
    switch (key) {
      case 'Conv2d.forward':
        return { ...sparse, read: input + weights, written: output };
      case 'Conv2d.forwardDense':
        return { ...dense, read: input + weights, written: output };
      case 'Conv2d.addBorder':
        return { read: input, written: input };
      case 'Conv2d.backwardWeights':
        return { ...sparse, read: input + output + weights, written: weights };
      case 'Conv2d.backwardWeightsDense':
        return { ...dense, read: input + output + weights, written: weights };
      case 'Conv2d.backwardInput': {
        const read = output + weights + activeBits + (layer.accumulates ? inputGradient : 0);
        return { macs, additions: times(macs, activeShare), activeShare, read, written: inputGradient };
      }
      case 'BatchNorm.forwardTrain':
        return { read: output, written: 0 };
      case 'backwardApply':
        return { read: current + output, written: output };
      default:
        return {};
    }
  }

  #ofHead(name: string, key: string, images: number, calls: number): Work {
    const head = this.#program.heads.find((one) => `head.${one.name}` === name);
    if (head === undefined) return {};
    const { classes } = this.#program.network;
    const rates = 4 * images * head.source.channels;
    const macs = images * head.source.trueChannels * classes;
    const weights = calls * 4 * classes * head.source.channels;
    const logits = 4 * images * classes;
    switch (key) {
      case 'GlobalAveragePool.forward':
        return { read: dataBytes(head.source, images), written: rates };
      case 'GlobalAveragePool.backward':
        return { read: rates, written: rates };
      case 'Linear.forward':
        return { macs, additions: macs, read: rates + weights, written: logits };
      case 'Linear.backward':
        return { macs: 2 * macs, additions: 2 * macs, read: rates + logits + 2 * weights, written: rates + weights };
      default:
        return {};
    }
  }

  #ofRest(key: string, images: number): Work {
    const { parameters, trunk } = this.#program;
    const { height, width, channels } = trunk.input;
    const bytes = 4 * parameters.length;
    switch (key) {
      case 'zero':
        return { read: 0, written: bytes };
      case 'sgdStep':
        return { read: 3 * bytes, written: 2 * bytes };
      case 'adamStep':
        return { read: 4 * bytes, written: 3 * bytes };
      case 'encodeDirect':
      case 'encodeRate':
        return { read: images * height * width * channels, written: dataBytes(trunk.input, images) };
      default:
        return {};
    }
  }
}

function ofLif(layer: LifLayer, key: string, images: number, training: boolean): Work {
  const { main, residual, output } = layer;
  const ofTerm = ({ steps, height, width, channels }: Pick<Value, 'steps' | 'height' | 'width' | 'channels'>) =>
    4 * images * steps * height * width * channels;
  const second =
    residual.kind === 'conv'
      ? ofTerm(residual.conv)
      : residual.kind === 'identity'
        ? dataBytes(residual.source, images)
        : 0;
  const current = ofTerm(main) + second;
  const gradient = gradientBytes(output, images);
  switch (key) {
    case 'Lif.forward':
      return { read: current, written: (training ? 2 : 1) * dataBytes(output, images) };
    case 'Lif.backward':
      return { read: current + (layer.dense ? gradient : 0), written: gradient };
    case 'accumulate':
      return { read: 2 * gradient, written: gradient };
    default:
      return {};
  }
}

function ofPool(layer: PoolLayer, key: string, images: number): Work {
  const { source, output } = layer;
  const data = dataBytes(source, images);
  const gradients = (layer.accumulates ? 1 : 0) * gradientBytes(source, images) + gradientBytes(output, images);
  if (/Forward$/.test(key)) return { read: data, written: dataBytes(output, images) };
  if (key === 'Pool.maxBackward') return { read: data + gradients, written: gradientBytes(source, images) };
  return key === 'Pool.averageBackward' ? { read: gradients, written: gradientBytes(source, images) } : {};
}

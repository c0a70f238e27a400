/** The parts that residual blocks of every kind are made of. */
import type { NetworkBuilder } from '../network/builder.js';

export type ConvOptions = Parameters<NetworkBuilder['conv2d']>[0];

export type NormOptions = Parameters<NetworkBuilder['norm']>[0];

export interface Block {
  name: string;
  inChannels: number;
  outChannels: number;
  /** Stride of the first convolution. */
  stride: number;
}

/** Whether a block's output has another shape than its input. */
export function changesShape({ inChannels, outChannels, stride }: Block): boolean {
  return stride !== 1 || inChannels !== outChannels;
}

/** `summed`: currents like this one in the sum that the neurons get; `ofNorm`: further options of the norm. */
export function convNorm(
  net: NetworkBuilder,
  conv: string,
  norm: string,
  options: ConvOptions,
  summed = 1,
  ofNorm: NormOptions = {},
): NetworkBuilder {
  return net.conv2d({ ...options, name: conv }).norm({ ...ofNorm, name: norm, summed });
}

/** The 1x1 convolution and norm that give a block's input the shape of its output. */
export function projection(net: NetworkBuilder, block: Block, input: string, summed: number): NetworkBuilder {
  const { name, outChannels, stride } = block;
  return convNorm(net, `${name}.down.conv`, `${name}.down.norm`, { input, outChannels, kernel: 1, stride }, summed);
}

/** Two 3x3 convolutions with neurons between them; the second one's currents are left to the block. */
export function twoConvolutions(net: NetworkBuilder, block: Block, input: string, summed: number): NetworkBuilder {
  const { name, outChannels, stride } = block;
  convNorm(net, `${name}.conv1`, `${name}.norm1`, { input, outChannels, kernel: 3, stride, padding: 1 });
  net.lif({ name: `${name}.lif1` });
  return convNorm(net, `${name}.conv2`, `${name}.norm2`, { outChannels, kernel: 3, padding: 1 }, summed);
}

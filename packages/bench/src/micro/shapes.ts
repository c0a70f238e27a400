/** The sizes that the kernels of a network work on, each once, with how often it occurs. */
import { inferShapes, type LayerSpec, type NetworkSpec, type ValueShape } from 'kestirme';

export interface ConvolutionShape {
  kind: 'convolution';
  count: number;
  /** Images times time steps. */
  images: number;
  height: number;
  width: number;
  inChannels: number;
  outChannels: number;
  kernel: number;
  stride: number;
  padding: number;
  outHeight: number;
  outWidth: number;
  /** The image is the same at every time step and no spikes. */
  dense: boolean;
}

/** Currents [steps, batch, height, width, channels] that a kernel passes over. */
interface CurrentShape {
  count: number;
  batch: number;
  height: number;
  width: number;
  channels: number;
  /** Time steps of the current: 1 when it is the same at each. */
  steps: number;
}

export interface NeuronShape extends CurrentShape {
  kind: 'neurons';
  residual: 'none' | 'spikes' | 'current';
}

export interface NormShape extends CurrentShape {
  kind: 'norm';
}

export type Shape = ConvolutionShape | NormShape | NeuronShape;

/** Channels lie in memory in fours. */
export const padded = (channels: number) => 4 * Math.ceil(channels / 4);

export function shapesOf(network: NetworkSpec, batch: number): Shape[] {
  const shapes = inferShapes(network);
  const sizeOf = (name: string) => shapes.get(name) as ValueShape;
  const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
  // Only what reads the image, and its normalisation, is the same at every step.
  const stepsOf = (layer: LayerSpec): number => {
    const source = 'inputs' in layer ? layer.inputs[0] : layer.input;
    if (layer.type === 'conv2d' || layer.type === 'linear') return source === 'input' ? 1 : network.timeSteps;
    return stepsOf(layers.get(source) as LayerSpec);
  };
  const found = new Map<string, Shape>();
  for (const layer of network.layers) {
    const shape = shapeOf(layer);
    if (shape === null) continue;
    const key = JSON.stringify(shape);
    const known = found.get(key);
    if (known === undefined) found.set(key, shape);
    else known.count++;
  }
  return [...found.values()];

  function shapeOf(layer: LayerSpec): Shape | null {
    const { channels, height, width } = sizeOf(layer.name);
    const size = { count: 1, batch, height, width, channels: padded(channels) };
    if (layer.type === 'conv2d') return convolution(layer);
    if (layer.type === 'linear') return linear(layer);
    if (layer.type === 'batchNorm') return { kind: 'norm', ...size, steps: stepsOf(layer) };
    if (layer.type !== 'lif') return null;
    const input = layers.get(layer.input) as LayerSpec;
    const terms = input.type === 'add' ? input.inputs : [layer.input];
    const kinds = terms.map((name) => layers.get(name)?.type);
    const identity = kinds.some((type) => type === 'lif' || type === 'maxPool');
    const residual = terms.length === 1 ? 'none' : identity ? 'spikes' : 'current';
    return { kind: 'neurons', ...size, steps: stepsOf(input), residual };
  }

  /** A convolution of one line, whose pixels are images. */
  function linear(layer: LayerSpec & { type: 'linear' }): ConvolutionShape {
    const { height, width, channels } = sizeOf(layer.input);
    const dense = layer.input === 'input';
    const line = stepsOf(layer) * batch;
    return {
      ...{ kind: 'convolution', count: 1, images: 1, height: 1, width: line },
      ...{ inChannels: height * width * (dense ? channels : padded(channels)), outChannels: padded(layer.outFeatures) },
      ...{ kernel: 1, stride: 1, padding: 0, outHeight: 1, outWidth: line, dense },
    };
  }

  function convolution(layer: LayerSpec & { type: 'conv2d' }): ConvolutionShape {
    const { height, width, channels } = sizeOf(layer.input);
    const out = sizeOf(layer.name);
    const dense = layer.input === 'input';
    return {
      ...{ kind: 'convolution', count: 1, images: stepsOf(layer) * batch, height, width },
      ...{ inChannels: dense ? channels : padded(channels), outChannels: padded(layer.outChannels) },
      ...{ kernel: layer.kernel, stride: layer.stride, padding: layer.padding },
      ...{ outHeight: out.height, outWidth: out.width, dense },
    };
  }
}

export function inWords(shape: Shape): string {
  const { height, width } = shape;
  if (shape.kind === 'convolution') {
    const { images, inChannels, outChannels, kernel, stride } = shape;
    return `${images}x${height}x${width}x${inChannels} to ${outChannels}, ${kernel}x${kernel}/${stride}`;
  }
  const { batch, channels, steps } = shape;
  const size = `${steps}x${batch}x${height}x${width}x${channels}`;
  if (shape.kind === 'norm') return size;
  return shape.residual === 'none' ? size : `${size} and ${shape.residual}`;
}

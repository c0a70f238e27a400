/** Layers with weights as what the kernels compute: convolutions. A fully connected layer is one of a single pixel. */
import type { Conv2d } from '../kernels/api.js';
import type { Kernels } from '../kernels/kernels.js';
import type { LinearSpec, WeightSpec } from '../network/spec.js';
import type { ParameterSpec } from './parameters.js';
import { padChannels, type Value } from './value.js';

export interface Geometry {
  kernel: number;
  stride: number;
  padding: number;
  /** Channels that come out, as the network has them. */
  outChannels: number;
  weight: Pick<ParameterSpec, 'shape' | 'layout' | 'init' | 'padded' | 'pixels'>;
  /** The source of so many images as the kernels see it. */
  source(images: number): Extent;
  /** Extents that together need the most memory that so many images, or fewer, can need. */
  largest(images: number): Extent[];
}

type Extent = readonly [images: number, height: number, width: number];

const lengths = [
  'borderedLen',
  'gradientLen',
  'tiledLen',
  'forwardWords',
  'forwardFloats',
  'backwardWeightsWords',
  'backwardWeightsFloats',
  'backwardInputWords',
  'backwardInputFloats',
] as const satisfies readonly (keyof Conv2d)[];

/** The most numbers of each kind that the kernels need for so many images or fewer. */
export function lengthsOf(
  { api }: Kernels,
  { kernel, stride, padding, largest }: Geometry,
  images: number,
  channels: readonly [inChannels: number, outChannels: number],
): Record<(typeof lengths)[number], number> {
  const sizes = largest(images).map((extent) => new api.Conv2d(...extent, ...channels, kernel, stride, padding));
  const most = lengths.map((name) => [name, Math.max(...sizes.map((size) => size[name]))]);
  for (const size of sizes) size.free();
  return Object.fromEntries(most) as ReturnType<typeof lengthsOf>;
}

/** Most pixels of a line that is made of images. */
const longestLine = 64;
const shortestLine = 4;
/** Lines that it is made of, at least: each is work for a thread. */
const leastLines = 4;

/** `source`: of one pixel for a fully connected layer; `pixels`: those that it had before. */
export function geometryOf(spec: WeightSpec, source: Value, pixels: number): Geometry {
  if (spec.type === 'linear') return geometryOfLinear(spec, source, pixels);
  const { kernel, stride, padding, inChannels, outChannels } = spec;
  const { height, width } = source;
  return {
    ...{ kernel, stride, padding, outChannels },
    weight: {
      shape: [outChannels, inChannels, kernel, kernel],
      layout: 'conv',
      // He initialisation, fan out.
      init: { deviation: Math.sqrt(2 / (kernel * kernel * outChannels)) },
      padded: [padChannels(outChannels), source.channels],
    },
    source: (images) => [images, height, width],
    largest: (images) => [[images, height, width]],
  };
}

function geometryOfLinear({ inFeatures, outFeatures }: LinearSpec, source: Value, pixels: number): Geometry {
  return {
    ...{ kernel: 1, stride: 1, padding: 0, outChannels: outFeatures },
    weight: {
      shape: [outFeatures, inFeatures],
      layout: 'flat',
      // He initialisation, fan in: a layer may have far more inputs than outputs.
      init: { deviation: Math.sqrt(2 / inFeatures) },
      padded: [padChannels(outFeatures), source.channels / pixels],
      pixels,
    },
    // Kernels share work between the pixels of a line; alone in its image, a pixel has none to share with.
    source: (images) => {
      const line = lineOf(images);
      return [images / line, 1, line];
    },
    // Fewer images may lie in shorter lines, and more of them.
    largest: (images) =>
      Array.from(
        { length: Math.min(longestLine, images) },
        (_, i) => [Math.floor(images / (i + 1)), 1, i + 1] as const,
      ),
  };
}

/** Pixels of a line, of so many in all: the largest divisor in bounds. */
export function lineOf(pixels: number): number {
  let line = Math.min(longestLine, Math.max(shortestLine, Math.floor(pixels / leastLines)), pixels);
  while (pixels % line !== 0) line--;
  return line;
}

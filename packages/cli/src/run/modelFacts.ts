import { buildModel, depthOf, type ModelName, mainConvolutions, modelNames } from 'kestirme';

/** Facts of a network, told from its layers and not from its name. */
export interface ModelFacts {
  depth: number;
  residual: boolean;
  /** Channels of its convolutions at width 1, as often as they change: networks of the same ones differ in depth alone. */
  channels: number[];
}

/** Null for a name that this version does not have. */
export function modelFacts(model: string): ModelFacts | null {
  if (!modelNames.includes(model as ModelName)) return null;
  const network = buildModel(model, { heads: 'none' });
  const widths = mainConvolutions(network).map(({ outChannels }) => outChannels);
  return {
    depth: depthOf(network),
    residual: network.layers.some(({ type }) => type === 'add'),
    channels: widths.filter((channels, place) => channels !== widths[place - 1]),
  };
}

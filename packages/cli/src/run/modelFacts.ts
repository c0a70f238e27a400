import { buildModel, depthOf, type ModelName, mainLayers, modelNames, type NetworkSpec } from 'kestirme';
import { parseWidths } from '../options/composite.js';
import type { RunSoFar } from './record.js';

/** Facts of a network, told from its layers and not from its name. */
export interface ModelFacts {
  depth: number;
  residual: boolean;
  /**
   * Channels of its layers with weights at width 1 (of a file's network, as it was built), as often as they change: networks
   * of the same ones differ in depth alone.
   */
  channels: number[];
}

/** Null for a model that this version does not have. */
export function modelFacts(run: Pick<RunSoFar, 'config' | 'network'>): ModelFacts | null {
  const network = run.network ?? atWidthOne(run.config);
  if (network === null) return null;
  const widths = mainLayers(network).map((layer) => (layer.type === 'linear' ? layer.outFeatures : layer.outChannels));
  return {
    depth: depthOf(network),
    residual: network.layers.some(({ type }) => type === 'add'),
    channels: widths.filter((channels, place) => channels !== widths[place - 1]),
  };
}

function atWidthOne({ model, widths }: RunSoFar['config']): NetworkSpec | null {
  if (!modelNames.includes(model as ModelName)) return null;
  const own = widths === undefined ? {} : { widths: parseWidths(widths) };
  return buildModel(model, { heads: 'none', ...own });
}

/** Fully connected networks: linear, normalisation and LIF, layer after layer; the field's first tutorial has one of 1000. */
import { NetworkBuilder } from '../network/builder.js';
import { NetworkError } from '../network/shapes.js';
import type { NetworkSpec } from '../network/spec.js';
import { type CommonModelOptions, completeModel } from './options.js';

export interface MlpOptions extends CommonModelOptions {
  /** Neurons of each hidden layer, the image's side first. */
  widths?: readonly number[];
}

const usualWidths = [1000];

/** Layer k is `stage<k>`, its spikes a tap of that name. @throws NetworkError naming the option that is wrong. */
export function buildMlp(name: string, options: MlpOptions): NetworkSpec {
  const { scaled, heads = 'all', ...common } = completeModel(options);
  const { widths = usualWidths } = options;
  if (!Array.isArray(widths) || widths.length === 0) {
    throw new NetworkError('`widths` must be a list of the neurons of each hidden layer, such as [1000]');
  }
  const net = new NetworkBuilder({ name, ...common });
  widths.forEach((neurons, i) => {
    const stage = `stage${i + 1}`;
    net
      .linear({ name: `${stage}.linear`, outFeatures: scaled(neurons) })
      .norm({ name: `${stage}.norm` })
      .lif({ name: `${stage}.lif` })
      .tap(stage);
  });
  return net.build({ heads });
}

/** Names of the entries that are compared: 'kind:tensor', for example 'optimizer:optimizer.momentum.stem.conv.weight'. */

export const kinds = ['spikes', 'statistic', 'metric', 'gradient', 'optimizer', 'weight'] as const;
export type Kind = (typeof kinds)[number];

export interface Place {
  kind: Kind;
  /** Null where it is of no layer: a metric of the whole network, the optimiser's count of steps. */
  layer: string | null;
  tensor: string;
}

export function nameOfEntry(kind: Kind, tensor: string): string {
  return `${kind}:${tensor}`;
}

export function placeOf(name: string): Place {
  const colon = name.indexOf(':');
  const kind = name.slice(0, colon) as Kind;
  const tensor = name.slice(colon + 1);
  const own = tensor.replace(/^optimizer\.[^.]+\.?/, '');
  const layer = kind === 'metric' || own === '' ? null : own.slice(0, own.lastIndexOf('.'));
  return { kind, layer, tensor };
}

/** The kind of a tensor, from its name in the engine's state. */
export function kindOfTensor(name: string): Kind {
  if (name.startsWith('optimizer.')) return 'optimizer';
  return /\.running_(?:mean|var)$/.test(name) ? 'statistic' : 'weight';
}

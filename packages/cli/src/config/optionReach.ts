import type { ResolvedConfig } from './resolvedConfig.js';

type OptionName = Exclude<keyof ResolvedConfig, 'schema' | 'version'>;

/** Whether an option can change a weight or a metric (timings aside). A new option does not compile until it is here. */
const reach: Record<OptionName, 'results' | 'nothing'> = {
  // What it stands for is in the other options.
  recipe: 'nothing',
  data: 'results',
  dataOptions: 'results',
  skipCorrupt: 'results',
  limit: 'results',
  validation: 'results',
  augment: 'results',
  sampling: 'results',
  loaderWorkers: 'nothing',
  model: 'results',
  networkSha256: 'results',
  widths: 'results',
  modelOptions: 'results',
  width: 'results',
  stem: 'results',
  residual: 'results',
  timeSteps: 'results',
  heads: 'results',
  neuron: 'results',
  decay: 'results',
  threshold: 'results',
  reset: 'results',
  detachReset: 'results',
  decayInput: 'results',
  surrogate: 'results',
  norm: 'results',
  method: 'results',
  lambda: 'results',
  combine: 'results',
  encode: 'results',
  epochs: 'results',
  batch: 'results',
  microBatch: 'results',
  optimizer: 'results',
  lr: 'results',
  momentum: 'results',
  weightDecay: 'results',
  decayOn: 'results',
  schedule: 'results',
  warmup: 'results',
  loss: 'results',
  labelSmoothing: 'results',
  penalty: 'results',
  clip: 'results',
  patience: 'results',
  ema: 'results',
  seed: 'results',
  initFrom: 'results',
  initSha256: 'results',
  epochsBefore: 'results',
  threads: 'nothing',
  memoryLimit: 'nothing',
  checkpointEvery: 'nothing',
};

/** Options that must not change a result. */
export const neutralOptions: readonly string[] = Object.entries(reach).flatMap(([name, what]) =>
  what === 'nothing' ? [name] : [],
);

/** Options that can. */
export const telling: readonly string[] = Object.keys(reach).filter((name) => !neutralOptions.includes(name));

/** Options that are not written where they have these values, which all runs before them had. */
export const absent = {
  residual: 'standard',
  penalty: 'none',
  sampling: 'shuffle',
  skipCorrupt: false,
  decayOn: 'weights',
  ema: 0,
  patience: 0,
} as const;

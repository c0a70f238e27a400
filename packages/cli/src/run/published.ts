/** Figures of the paper, for setting them beside own results, and differences of a run from the paper's. */
import type { Method } from 'kestirme';
import { absent } from '../config/optionReach.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { datasetName } from '../options/composite.js';
import { count } from '../terminal/format.js';

export interface Published {
  data: string;
  model: string;
  timeSteps: number;
  /** Null where the paper's table does not say whether lambda evolved. */
  method: Method | null;
  /** Test accuracy in percent, as it is printed there. */
  accuracy: string;
  /** The table's name in Guo et al. (2024). */
  table: string;
}

function ofTable(table: string, data: string, rows: readonly (readonly [string, number, Method | null, string])[]) {
  return rows.map(([model, timeSteps, method, accuracy]): Published => {
    return { table, data, model, timeSteps, method, accuracy };
  });
}

const published: readonly Published[] = [
  ...ofTable('table 1', 'cifar100', [
    ['resnet18', 2, 'vanilla', '71.42'],
    ['resnet18', 2, 'shortcut', '73.68'],
    ['resnet18', 2, 'evolution', '74.02'],
    ['resnet18', 4, 'vanilla', '72.22'],
    ['resnet18', 4, 'shortcut', '74.78'],
    ['resnet18', 4, 'evolution', '74.83'],
    ['resnet34', 2, 'vanilla', '69.82'],
    ['resnet34', 2, 'shortcut', '74.06'],
    ['resnet34', 2, 'evolution', '74.17'],
    ['resnet34', 4, 'vanilla', '69.98'],
    ['resnet34', 4, 'shortcut', '75.67'],
    ['resnet34', 4, 'evolution', '75.81'],
  ]),
  ...ofTable('table 2', 'cifar100', [['resnet19', 2, null, '77.79']]),
  ...ofTable('table 2', 'cifar10', [
    ['resnet18', 1, 'shortcut', '93.89'],
    ['resnet18', 2, 'shortcut', '93.92'],
    ['resnet18', 4, 'evolution', '~94.46'],
  ]),
];

type SetUp = Pick<ResolvedConfig, 'data' | 'model' | 'timeSteps'>;

/** Figures for a network and T on a data set; empty for most. */
export function publishedFor({ data, model, timeSteps }: SetUp): Published[] {
  const name = datasetName(data);
  return published.filter((one) => one.data === name && one.model === model && one.timeSteps === timeSteps);
}

type Key = keyof ResolvedConfig;

/** Options that the authors' other programs train with; the paper's are not public. */
const usual = {
  optimizer: 'sgd',
  lr: 0.1,
  momentum: 0.9,
  weightDecay: 1e-4,
  schedule: 'cosine',
  warmup: 0,
  batch: 128,
  loss: 'cross-entropy',
  labelSmoothing: 0,
  penalty: absent.penalty,
  clip: 0,
  decayOn: absent.decayOn,
  ema: absent.ema,
  encode: 'direct',
  neuron: 'lif',
  norm: 'bn',
  decay: 0.25,
  threshold: 0.5,
  reset: 'hard',
  detachReset: false,
  decayInput: false,
} as const satisfies Partial<ResolvedConfig>;

/** Differences that keep own results from being measured as the paper's were: a phrase each. `seeds`: the fewest of a cell. */
export function differencesFromPaper(configs: readonly ResolvedConfig[], seeds: number): string[] {
  const values = (key: Key) => [...new Set(configs.map((config) => String({ ...absent, ...config }[key])))];
  const other = (key: Key, own: string) => values(key).filter((value) => value !== own);
  const inWords = (all: readonly string[]) => all.join(' and ');
  const [widths, stems, limits, held] = [
    other('width', '1'),
    other('stem', 'cifar'),
    other('limit', 'all'),
    other('validation', '0'),
  ];
  const unusual = Object.entries(usual).flatMap(([key, value]) => {
    const own = other(key as Key, String(value));
    return own.length === 0 ? [] : [`${key} ${inWords(own)} in place of ${value}`];
  });
  const residuals = [...new Set(configs.flatMap(({ residual }) => residual ?? []))];
  const withHeads = configs.filter(({ method }) => method !== 'vanilla');
  const readings = [...new Set(withHeads.map(({ heads, lambda }) => `${lambda} on ${heads}`))];
  return [
    ...(widths.length > 0 ? [`width ${inWords(widths)} in place of 1`] : []),
    ...(stems.length > 0 ? [`stem ${inWords(stems)} in place of cifar`] : []),
    ...(residuals.length > 0 ? [`residual ${inWords(residuals)} in place of standard`] : []),
    ...limits.map((limit) => `${imagesInWords(limit)} in place of all`),
    ...held.map((validation) =>
      isShare(validation)
        ? `a share of the training images, ${validation}, held out to choose the epoch that is tested`
        : `tested on ${validation} images held out of training, not on the test images`,
    ),
    `epochs: ${inWords(values('epochs'))}; the paper's number is not public, the authors' other programs have 100 to 400`,
    `augmentation: ${inWords(values('augment'))}; the paper has crops, flips and AutoAugment`,
    ...unusual.map((text) => `${text}, which the authors' other programs have`),
    ...(seeds === 3 ? [] : [`${seeds === 1 ? '1 seed' : `${seeds} seeds`}; the paper has means of 3 runs`]),
    ...(values('validation').every(isShare)
      ? []
      : ["test accuracy after the last epoch; the authors' other programs report the best epoch"]),
    ...(readings.length > 0
      ? [`heads and lambda (${readings.join('; ')}): readings of the paper, whose own are not public`]
      : []),
  ];
}

const isShare = (validation: string) => Number.parseFloat(validation) > 0 && Number.parseFloat(validation) < 1;

function imagesInWords(limit: string): string {
  const [train, test] = limit.split(',').map((part) => count(Number(part)));
  return `${train} training and ${test} test images`;
}

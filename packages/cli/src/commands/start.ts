import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { compareOptions, folderOptions, outputOptions, signalOptions } from '../options/table.js';
import { defineCommand } from './command.js';
import { runComparison } from './compare.js';

/**
 * What `npm start` trains: small enough for minutes on two cores, deep enough for the gradients to differ. A threshold of
 * 1 suits normalised currents, and the wider surrogate lets gradients through from the start.
 */
export const START_PRESET = {
  data: 'builtin',
  augment: false,
  models: ['resnet18'],
  stem: 'strided',
  width: 0.25,
  timeSteps: [2],
  threshold: 1,
  surrogate: 'rectangle:2',
  epochs: 7,
  batch: 20,
  lr: 0.1,
  methods: ['vanilla', 'shortcut', 'evolution'],
  seeds: [0],
} satisfies Partial<Values<typeof compareOptions>>;

/** Everything but the preset's own, which makes the command what it is. */
const { threads, loaderWorkers, memoryLimit, epochs } = compareOptions;
const options = {
  epochs: { ...epochs, default: START_PRESET.epochs },
  threads,
  loaderWorkers,
  memoryLimit,
  ...signalOptions,
  out: folderOptions.out,
  ...outputOptions,
};

export const startCommand = defineCommand({
  name: 'start',
  form: '[options]',
  summary: 'The first thing to try: the three methods on the built-in digits, in minutes',
  options,
  positionals: { min: 0, max: 0, name: '' },
  run({ values, origin }, terminal) {
    const all = merge(compareOptions, []).values as Values<typeof compareOptions>;
    return runComparison({ ...all, ...START_PRESET, ...values, out: values.out ?? freeFolder() }, origin, terminal);
  },
});

/** A new folder each time, so that the command works twice. */
function freeFolder(): string {
  for (let number = 1; ; number++) {
    const dir = join('runs', number === 1 ? 'start' : `start-${number}`);
    if (!existsSync(dir)) return dir;
  }
}

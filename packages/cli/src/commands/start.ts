import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Origin } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import { option } from '../options/option.js';
import { merge } from '../options/parse.js';
import { compareOptions, engineOptions, folderOptions, outputOptions, signalOptions } from '../options/table.js';
import { flag } from '../options/types.js';
import { viewOptions } from '../options/viewOptions.js';
import { type CompareValues, requireSameOptions } from '../program/compare.js';
import { COMPARISON_FILE, CONFIG_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { isHeld } from '../run/lock.js';
import { story } from '../run/story.js';
import { commandLine } from '../terminal/commandLine.js';
import { wrap } from '../terminal/wrap.js';
import { defineCommand } from './command.js';
import { runComparison } from './compare.js';

/**
 * The comparison of `npm start`: a network so deep that it does not learn by plain back-propagation at any learning rate
 * of the study (docs/lambda.md), and so narrow that three runs take a minute on two cores. A threshold of 1 suits
 * normalised currents, and the wider surrogate lets gradients through from the start.
 */
export const START_PRESET = {
  data: 'builtin',
  limit: '3000,1000',
  augment: 'none',
  models: ['resnet32'],
  stem: 'strided',
  width: 0.5,
  timeSteps: [2],
  heads: 'blocks',
  threshold: 1,
  surrogate: 'rectangle:2',
  lambda: 'evo-ratio-mean,cosine,epoch,0.25',
  epochs: 6,
  batch: 20,
  lr: 0.3,
  methods: ['vanilla', 'shortcut', 'evolution'],
  seeds: [0],
} satisfies Partial<CompareValues>;

/** Everything but the preset's own, which makes the command what it is. */
const { threads, loaderWorkers, memoryLimit, epochs } = compareOptions;
const options = {
  quick: option(flag, false, 'Half the epochs, for half the time', { group: 'Training' }),
  epochs: { ...epochs, default: START_PRESET.epochs, defaultText: `${START_PRESET.epochs}` },
  threads,
  loaderWorkers,
  memoryLimit,
  ...engineOptions,
  ...signalOptions,
  ...viewOptions,
  dashboard: { ...viewOptions.dashboard, default: true },
  out: folderOptions.out,
  ...outputOptions,
};

export const startCommand = defineCommand({
  name: 'start',
  form: '[options]',
  summary: 'The first thing to try: a deep network on the built-in digits, with and without shortcut heads',
  details:
    'Trains the same 32-layer network three times, by each method, and says what happened. Interrupted and started ' +
    'again, it goes on where it was.',
  options,
  positionals: { min: 0, max: 0, name: '' },
  async run({ values: { quick, ...values }, origin }, terminal) {
    const all = merge(compareOptions, []).values as CompareValues;
    const epochs = quick && !origin.has('epochs') ? START_PRESET.epochs / 2 : values.epochs;
    const wanted = { ...all, ...START_PRESET, ...values, epochs };
    const folder = values.out ?? (await folderFor(wanted, origin));
    const resume = isBegun(folder);
    const page = pageFor(values, origin, terminal.error.isTTY);
    return runComparison({ ...wanted, ...page, out: folder, resume }, origin, terminal, {
      goOn: (dir) => commandLine(['start', ...(quick ? ['--quick'] : []), '--out', dir]),
      story: (runs) => [wrap(story(runs), terminal.error.columns).join('\n')],
    });
  },
});

interface PageChoice {
  dashboard: boolean;
  open: boolean;
}

/** The page comes with the program, unless its words are for another one; a browser opens it where a person sits. */
export function pageFor(
  { dashboard, open, quiet, json }: PageChoice & { quiet: boolean; json: boolean },
  origin: Origin,
  isTTY: boolean,
): PageChoice {
  const isRead = !quiet && !json;
  const isServed = dashboard && (isRead || origin.has('dashboard'));
  return { dashboard: isServed, open: open || (isServed && isRead && isTTY && !origin.has('open')) };
}

/** The last folder of this command when it was begun with these options and did not finish; else a new one. */
export async function folderFor(values: CompareValues, origin: Origin): Promise<string> {
  const name = (number: number) => join('runs', number === 1 ? 'start' : `start-${number}`);
  let free = 1;
  while (existsSync(name(free))) free++;
  const last = name(free - 1);
  if (free === 1 || !isBegun(last) || isHeld(last)) return name(free);
  try {
    await requireSameOptions(new RunFolder(last), values, origin);
    return last;
  } catch (error) {
    if (error instanceof UsageError) return name(free);
    throw error;
  }
}

/** Whether there is something to go on with in `dir`. */
function isBegun(dir: string): boolean {
  return existsSync(join(dir, CONFIG_FILE)) && !existsSync(join(dir, COMPARISON_FILE));
}

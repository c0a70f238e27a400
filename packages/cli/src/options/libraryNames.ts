/** From the library's names of options, which its messages have, to those of the command line. */
import { renameOptions } from 'kestirme';
import { flagName, type OptionTable } from './option.js';
import { trainOptions } from './table.js';

/** Names of the command line by the library's path. A missing path has the same name in both, or its option has. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  batchSize: 'batch',
  warmupEpochs: 'warmup',
  clipNorm: 'clip',
  'optimizer.momentum': 'momentum',
  'optimizer.beta1': 'momentum',
  'optimizer.weightDecay': 'weightDecay',
  'optimizer.decayOn': 'decayOn',
  workers: 'loaderWorkers',
  // A run takes these from its images.
  input: 'data',
  classes: 'data',
  mean: 'data',
  std: 'data',
};

/**
 * A message of the library in the words of a command, whose options `table` has; for an option that it lacks, in those of
 * `train`, whose option it then was.
 */
export function inFlags(message: string, table: OptionTable): string {
  return renameOptions(message, (path) => flagFor(path, table) ?? flagFor(path, trainOptions));
}

/** '--warmup', or '--schedule (every)' for a part of an option; undefined when the table has no such option. */
function flagFor(path: string, table: OptionTable): string | undefined {
  // A neuron's options stand beside --neuron, which names its kind.
  const parts = path.replace(/^(?:.*\.)?neuron\./, '').split('.');
  for (let from = 0; from < parts.length; from++) {
    // The longest name first: 'optimizer.momentum' is an option of its own, 'optimizer.eps' a part of one.
    for (let to = parts.length; to > from; to--) {
      const name = parts.slice(from, to).join('.');
      const key = [name, own(OTHER_NAMES, name)].find((one) => one !== undefined && Object.hasOwn(table, one));
      if (key === undefined) continue;
      const inside = parts.slice(to).join('.');
      return inside === '' ? flagName(key) : `${flagName(key)} (${inside})`;
    }
  }
  return undefined;
}

function own(names: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

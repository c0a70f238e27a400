/** The conditions under which goals are judged, and what of them a run did not keep. */
import type { Results } from './results.js';

const fewestPairs = 5;
const goalThreads = 2;
const fewestPretraining = 30;
/** Of the minute before the start; building leaves some. */
const mostLoad = 0.5;

/** One sentence for each condition that was not kept; with none of them goals are judged. */
export function reservations({ settings, machine, items }: Results): string[] {
  const { pairs, threads, pretrain, quick, images, before } = settings;
  const found: string[] = [];
  if (quick) found.push('A quick run: networks and batches are small, the figures mean nothing.');
  if (images === 'noise') found.push('The images are noise, not CIFAR-10: firing rates are not those of real images.');
  if (before) found.push(`Compared with the version of ${before.commit}, not with peers.`);
  if (pairs < fewestPairs) found.push(`${pairs} of at least ${fewestPairs} pairs: the medians are of few values.`);
  if (threads !== goalThreads) found.push(`${threads} threads: the goals are for ${goalThreads}.`);
  if (machine.cores < goalThreads)
    found.push(`The machine has ${machine.cores} core: ${goalThreads} threads share it.`);
  if (pretrain < fewestPretraining) {
    found.push(
      `${pretrain} of at least ${fewestPretraining} training steps before: firing rates are those of a fresh network.`,
    );
  }
  if (machine.load > mostLoad) {
    found.push(`The machine was busy when the run began: load ${machine.load.toFixed(2)} over the minute before.`);
  }
  const commits = [...new Set(items.map(({ commit }) => commit))];
  if (commits.length > 1) found.push(`The items were measured at different commits: ${commits.join(', ')}.`);
  return found;
}

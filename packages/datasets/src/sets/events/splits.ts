/** Which samples of a data set serve for training and which for tests: by a name, which goes beside every accuracy. */
import type { EventSample } from './recordings.js';

export interface SplitSamples {
  train: EventSample[];
  test: EventSample[];
}

export interface SplitRule {
  /** Whose it is. */
  help: string;
  /** `samples`: of all classes, by class and then by name. @throws RangeError when they cannot be parted so */
  part(samples: readonly EventSample[]): SplitSamples;
}

/** As the publisher has it. */
export const official: SplitRule = {
  help: "the publisher's own",
  part(samples) {
    const without = samples.find(({ part }) => part === null);
    if (without !== undefined) {
      throw new RangeError(`this split goes by folders for training and for tests; ${without.ref.name} is in neither`);
    }
    return by(samples, ({ part }) => part === 'train');
  },
};

/** The first share of each class in order of names, as SpikingJelly's split_to_train_test_set without chance. */
export function firstShare(share: number): SplitRule {
  return {
    help: `the first ${Math.round(100 * share)} % of each class in order of names, as SpikingJelly's split_to_train_test_set`,
    part(samples) {
      const sizes = new Map<number, number>();
      for (const { label } of samples) sizes.set(label, (sizes.get(label) ?? 0) + 1);
      const seen = new Map<number, number>();
      return by(samples, ({ label }) => {
        const position = seen.get(label) ?? 0;
        seen.set(label, position + 1);
        return position < Math.ceil((sizes.get(label) as number) * share);
      });
    },
  };
}

/** By the number in a recording's name. */
export function byNumber(help: string, isTraining: (number: number) => boolean): SplitRule {
  return {
    help,
    part(samples) {
      return by(samples, ({ number, ref }) => {
        if (number !== null) return isTraining(number);
        throw new RangeError(`this split goes by the numbers in names, and ${ref.name} has none`);
      });
    },
  };
}

function by(samples: readonly EventSample[], isTraining: (sample: EventSample) => boolean): SplitSamples {
  const parts: SplitSamples = { train: [], test: [] };
  for (const sample of samples) parts[isTraining(sample) ? 'train' : 'test'].push(sample);
  return parts;
}

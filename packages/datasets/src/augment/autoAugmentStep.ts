import { fields, type RandomStream } from 'kestirme';
import { affineFields } from './affineFields.js';
import { applySubPolicy } from './autoAugment.js';
import { deepVoltaireOperations } from './deepVoltaire.js';
import { operations } from './operations.js';
import { type PolicyName, policies, type SubPolicy } from './policies.js';
import { step } from './step.js';

const names = Object.keys(policies) as PolicyName[];

const policy = fields.choice({ choices: names, usual: 'cifar10', help: 'The data set that it was found for' });
const facts = { paper: 'Cubuk et al. 2019', confidence: 'high', of: 'images' } as const;

export const autoAugment = step({
  ...facts,
  name: 'autoaugment',
  help: 'One of the 25 pairs of operations of a policy that was found for a data set',
  parity: 'torchvision AutoAugment of Pillow images, pixel for pixel where the draws are the same',
  options: { policy, ...affineFields },
  apply(sample, { policy, ...options }, random) {
    const { line, draws, signs } = draw(policy, random);
    return applySubPolicy(operations, sample, line, draws, signs, options);
  },
});

export const deepVoltaire = step({
  ...facts,
  name: 'autoaugment-deepvoltaire',
  help: "The same as in the program that the paper's group and many others took over: bicubic shears, moves by parts of pixels",
  parity: "DeepVoltaire's program, pixel for pixel where the draws are the same",
  options: { policy, fill: { ...affineFields.fill, usual: 128 } },
  apply(sample, { policy, fill }, random) {
    const { line, draws, signs } = draw(policy, random);
    return applySubPolicy(deepVoltaireOperations, sample, line, draws, signs, { fill, resampling: 'nearest' });
  },
});

/** As many numbers whatever they are. */
function draw(policy: PolicyName, random: RandomStream) {
  const lines: readonly SubPolicy[] = policies[policy];
  const line = lines[random.below(lines.length)] as SubPolicy;
  const draws = [random.unit(), random.unit()];
  const signs = [random.below(2), random.below(2)].map((one) => (one === 0 ? -1 : 1));
  return { line, draws, signs };
}

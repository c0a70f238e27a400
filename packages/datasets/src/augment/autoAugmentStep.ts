import { fields } from 'kestirme';
import { affineFields } from './affineFields.js';
import { applySubPolicy } from './autoAugment.js';
import { type PolicyName, policies, type SubPolicy } from './policies.js';
import { step } from './step.js';

const names = Object.keys(policies) as PolicyName[];

export const autoAugment = step({
  name: 'autoaugment',
  help: 'One of the 25 pairs of operations of a policy that was found for a data set',
  paper: 'Cubuk et al. 2019',
  confidence: 'high',
  parity: 'torchvision AutoAugment of Pillow images, pixel for pixel where the draws are the same',
  of: 'images',
  options: {
    policy: fields.choice({ choices: names, usual: 'cifar10', help: 'The data set that it was found for' }),
    ...affineFields,
  },
  apply(sample, { policy, ...options }, random) {
    const lines: readonly SubPolicy[] = policies[policy];
    const line = lines[random.below(lines.length)] as SubPolicy;
    const draws = [random.unit(), random.unit()];
    const signs = [random.below(2), random.below(2)].map((one) => (one === 0 ? -1 : 1));
    return applySubPolicy(sample, line, draws, signs, options);
  },
});

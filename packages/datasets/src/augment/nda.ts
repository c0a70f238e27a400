import { fields } from 'kestirme';
import { cutout } from './cutout.js';
import { rotate } from './pixels/affine.js';
import { rolled } from './roll.js';
import { sheared } from './shear.js';
import { step } from './step.js';

const nearest = { resampling: 'nearest', fill: 0 } as const;

export const nda = step({
  name: 'nda',
  help: 'One of rolling, turning and shearing at random, and of cutting out where it has a length',
  paper: 'Li et al. 2022 (neuromorphic data augmentation)',
  confidence: 'high',
  parity: "the authors' program for CIFAR10-DVS, which has no cutout; its N-Caltech101 has 3, 15 and 15",
  options: {
    roll: fields.whole({ min: 0, max: 512, usual: 5, help: 'Pixels that it rolls by, at most' }),
    rotate: fields.number({ min: 0, max: 180, usual: 30, help: 'Degrees that it turns by, at most' }),
    shear: fields.number({ min: 0, max: 80, usual: 30, help: 'Degrees that it shears by, at most' }),
    cutout: fields.whole({ min: 0, max: 512, usual: 0, help: 'Side of the square that it cuts out; 0: never' }),
  },
  apply(sample, { roll, rotate: turn, shear, cutout: length }, random) {
    const way = random.below(length === 0 ? 3 : 4);
    const share = () => 2 * random.unit() - 1;
    if (way === 1) return rotate(sample, turn * share(), nearest);
    if (way === 2) return sheared(sample, shear * share(), nearest);
    if (way === 3) return cutout.apply(sample, { holes: 1, length, fill: 0 }, random);
    const down = random.below(2 * roll + 1) - roll;
    return rolled(sample, down, random.below(2 * roll + 1) - roll);
  },
});

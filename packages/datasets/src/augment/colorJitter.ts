import { fields, type RandomStream } from 'kestirme';
import type { Sample } from '../samples/sample.js';
import { brightness, contrast, saturation } from './pixels/enhance.js';
import { hue } from './pixels/hue.js';
import { step } from './step.js';

const strength = (what: string) =>
  fields.number({ min: 0, max: 10, usual: 0.4, help: `Factor on the ${what}, from 1 - this, at least 0, to 1 + this` });

export const colorJitter = step({
  name: 'color-jitter',
  help: 'Random brightness, contrast, saturation and hue, in random order',
  paper: 'Howard 2013; as torchvision ColorJitter',
  confidence: 'high',
  parity: 'torchvision ColorJitter of Pillow images, pixel for pixel where the draws are the same',
  of: 'images',
  options: {
    brightness: strength('brightness'),
    contrast: strength('contrast'),
    saturation: strength('saturation'),
    hue: fields.number({ min: 0, max: 0.5, usual: 0, help: 'Turn of the hue, from -this to this, 1 being a circle' }),
  },
  apply(sample, options, random) {
    const changes: [(sample: Sample, by: number) => Sample, number, number][] = [
      [brightness, ...around(options.brightness)],
      [contrast, ...around(options.contrast)],
      [saturation, ...around(options.saturation)],
      [hue, -options.hue, options.hue],
    ];
    const order = random.permutation(changes.length);
    const by = changes.map(([, low, high]) => between(random, low, high));
    for (const i of order) {
      const [change, low, high] = changes[i] as (typeof changes)[number];
      if (low < high) change(sample, by[i] as number);
    }
    return sample;
  },
});

const around = (strength: number): [number, number] => [Math.max(0, 1 - strength), 1 + strength];

const between = (random: RandomStream, low: number, high: number) => low + (high - low) * random.unit();

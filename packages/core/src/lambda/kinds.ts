/** The presets of lambda as kinds with options, for a list. */
import { choice, type Fields, number } from '../fields/field.js';
import type { Kind } from '../fields/kind.js';
import { lambdaPresets, type Preset, presets } from './presets.js';
import { lambdaRamps, leastDivisor } from './schedule.js';

export const lambdaKinds: readonly Kind[] = lambdaPresets.map((name) => {
  const { help, paper, confidence, parity } = presets[name];
  return { name, help, paper, confidence, parity, options: optionsOf(presets[name]) };
});

/** A preset's options, in the order in which a command line takes them. */
function optionsOf({ lambda, start, divides }: Preset): Fields {
  if (lambda === 'constant') return {};
  const measured = {
    start: number({ min: divides ? leastDivisor : 0, max: 1, usual: start, help: 'lambda at first' }),
  };
  if (lambda === 'measured') return measured;
  const ramps = lambdaRamps.filter((ramp) => ramp !== 'geometric' || lambda === 'rises');
  const mu = { start: number({ min: 0, max: Number.MAX_VALUE, usual: start, help: 'mu at first' }) };
  return {
    ramp: choice({ choices: ramps, usual: 'linear', help: 'How it moves' }),
    per: choice({ choices: ['epoch', 'iteration'], usual: 'epoch', help: 'When it moves' }),
    ...(lambda === 'rises' ? measured : mu),
  };
}

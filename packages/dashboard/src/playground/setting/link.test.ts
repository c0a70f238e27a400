import { expect, test } from 'vitest';
import { linkOf, settingOfLink } from './link.js';
import { settingProblems, usualSetting } from './setting.js';

test('a link has what is not as usual, and gives the setting back', () => {
  expect(settingProblems(usualSetting)).toEqual([]);
  expect(linkOf(usualSetting)).toBe('');
  const setting = { ...usualSetting, depth: '56', connections: 'plain', lr: 0.05, seed: 7 } as const;
  expect(linkOf(setting)).toBe('depth=56&connections=plain&lr=0.05&seed=7');
  expect(settingOfLink(`#${linkOf(setting)}`)).toEqual({ setting, problems: [] });
});

test('what cannot be is said and stays as usual', () => {
  const { setting, problems } = settingOfLink('#depth=21&seed=-1&lr=&images=1e9&neuron=ternary&colour=red&T=3');
  expect(setting).toEqual(usualSetting);
  expect(problems).toEqual([
    expect.stringMatching(/^`depth` must be '20' or '32'/),
    expect.stringMatching(/^`seed` must be a whole number/),
    expect.stringMatching(/^`lr` must be a number above 0/),
    expect.stringMatching(/^`images` must be/),
    expect.stringMatching(/^`neuron` must be 'lif'/),
    expect.stringMatching(/^`colour` is not a part of a setting/),
    expect.stringMatching(/^`T` is not a part of a setting/),
  ]);
});

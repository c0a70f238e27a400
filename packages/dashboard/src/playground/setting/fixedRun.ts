/** A small setting whose weights are known: as Node computes them, which a test does again. */
import type { Method } from 'kestirme';
import { type Setting, settingNames, usualSetting } from './setting.js';

export const fixedSetting: Setting = { ...usualSetting, depth: '20', images: 200, epochs: 2, lr: 0.1 };

/** SHA-256 of the weights after the last step. */
export const fixedHashes: Partial<Record<Method, string>> = {
  vanilla: '',
  evolution: '',
};

export const isFixed = (setting: Setting): boolean =>
  settingNames.every((name) => setting[name] === fixedSetting[name]);

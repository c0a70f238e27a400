/** A small setting whose weights are known: as Node computes them, which a test does again. */
import type { Method } from 'kestirme';
import { type Setting, settingNames, usualSetting } from './setting.js';

export const fixedSetting: Setting = { ...usualSetting, depth: '20', width: '0.25', images: 100, epochs: 2, lr: 0.1 };

/** SHA-256 of the weights after the last step. */
export const fixedHashes: Partial<Record<Method, string>> = {
  vanilla: 'b5fb7205d56a4aff75c4a4e64c637364d5177836660e250a17b092bf3c4c7030',
  evolution: '15f3f4f1909dde9704083e1d821156419c09adb4c21a630069e7b159f2a02905',
};

export const isFixed = (setting: Setting): boolean =>
  settingNames.every((name) => setting[name] === fixedSetting[name]);

/** A run's model: one that the program has, or a file that builds a network or, as JSON, is one. */
import { basename, extname } from 'node:path';
import { modelNames } from 'kestirme';
import { wholePath } from '../options/home.js';
import { choice, quote, ValueError } from '../options/types.js';

const FILES = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.cts', '.json'];

export function isModelFile(model: string): boolean {
  return FILES.includes(extname(model).toLowerCase());
}

/** A name, or a file with its whole path, so that a run can be resumed from anywhere. Whether it is there is not looked at. */
export function checkModel(text: string): string {
  if (isModelFile(text)) return wholePath(text);
  if (/[\\/]/.test(text)) throw new ValueError(`${quote(text)} is no file that ends in ${FILES.join(', ')}`);
  return choice(modelNames).fromText(text);
}

/** A model in folder names, tables and results: 'mynet' of 'nets/mynet.mjs'. */
export function modelLabel(model: string): string {
  return isModelFile(model) ? basename(model, extname(model)) : model;
}

/** The shortcut heads of a method that has some, where nobody says: a network of one's own has taps of other names. */
export function usualHeads(model: string): 'stages' | 'all' {
  return isModelFile(model) || model === 'mlp' ? 'all' : 'stages';
}

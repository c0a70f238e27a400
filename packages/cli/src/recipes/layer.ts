import type { OptionTable } from '../options/option.js';
import { at, type Given } from '../options/parse.js';
import { recipeNamed } from './index.js';

/** The options of a recipe, to lie under those of files and the command line; nothing where none is asked for. */
export function recipeLayer(table: OptionTable, name: string | undefined): Given {
  const layer: Given = new Map();
  for (const [key, { value }] of Object.entries(recipeNamed(name ?? '')?.values ?? {})) {
    const where = `recipe ${name}: ${key}`;
    const row = table[key];
    if (row === undefined) throw new Error(`${where} is no option`);
    layer.set(key, { value: at(where, () => row.type.fromFile(value)), where });
  }
  return layer;
}

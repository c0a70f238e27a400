import { findKey, type OptionTable } from '../options/option.js';
import { at, type Given } from '../options/parse.js';
import { recipeNamed } from './index.js';

/** The options that one asks a recipe with. */
export interface Asked {
  recipe?: string | undefined;
  /** Of a comparison, which has methods of its own: without evolution, it has no lambda. */
  methods?: readonly string[] | undefined;
}

/** The options of a recipe, to lie under those of files and the command line; nothing where none is asked for. */
export function recipeLayer(table: OptionTable, { recipe: name, methods }: Asked): Given {
  const layer: Given = new Map();
  for (const [option, { value }] of Object.entries(recipeNamed(name ?? '')?.values ?? {})) {
    if (methods !== undefined && (option === 'method' || (option === 'lambda' && !methods.includes('evolution'))))
      continue;
    const where = `recipe ${name}: ${option}`;
    const key = findKey(table, option);
    const row = key === undefined ? undefined : table[key];
    if (key === undefined || row === undefined) throw new Error(`${where} is no option`);
    layer.set(key, { value: at(where, () => row.type.fromFile(value)), where });
  }
  return layer;
}

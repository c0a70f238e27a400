/** Where a run departs from its recipe. */
import { absent, telling } from '../config/optionReach.js';
import { resolveTraining } from '../config/resolve.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { datasetName } from '../options/composite.js';
import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import { recipeNamed } from './index.js';
import { recipeLayer } from './layer.js';
import type { Recipe } from './recipe.js';

export interface Departure {
  key: string;
  own: string;
  /** What the recipe has, or the program's default where it has nothing. */
  wanted: string;
}

/** Of each run by itself, or of the hardware: no recipe has them. */
const OF_THE_RUN = ['seed', 'initSha256', 'initFrom', 'networkSha256', 'epochsBefore'];

/** The recipe of a run, the configuration that it asks for, and how the run differs; null: it has none. */
export function recipeOf(
  config: ResolvedConfig,
): { recipe: Recipe; wanted: ResolvedConfig; departures: Departure[] } | null {
  const recipe = recipeNamed(config.recipe ?? '');
  if (recipe === undefined) return null;
  const { values, origin } = merge(trainOptions, [recipeLayer(trainOptions, { recipe: recipe.name })]);
  const wanted = resolveTraining(values as Values<typeof trainOptions>, origin);
  const isSame = (key: string) => OF_THE_RUN.includes(key) || textOf(config, key) === textOf(wanted, key);
  const departures = telling
    // Where nobody asked for parts of a batch, they are the batch.
    .filter((key) => !isSame(key) && !(key === 'microBatch' && config.microBatch === config.batch))
    .map((key) => ({ key, own: textOf(config, key), wanted: textOf(wanted, key) }));
  return { recipe, wanted, departures };
}

export function textOf(config: ResolvedConfig, key: string): string {
  const value = ({ ...absent, ...config } as Readonly<Record<string, unknown>>)[key];
  if (key === 'data') return datasetName(String(value));
  return value === undefined ? 'none' : String(value);
}

/** Lines for the beginning of a run. */
export function recipeLines(config: ResolvedConfig): string[] {
  const found = recipeOf(config);
  if (found === null) return [];
  const { recipe, departures } = found;
  const own = departures.map(({ key, own, wanted }) => `${key} ${own} in place of ${wanted}`);
  return [
    `recipe ${recipe.name}: ${recipe.paper}${recipe.published === null ? '' : `, published: ${recipe.published}`}`,
    ...recipe.departs.map((text) => `  not as published: ${text}`),
    own.length === 0 ? '  every option as the recipe has it' : `  this run departs from it: ${own.join(', ')}`,
  ];
}

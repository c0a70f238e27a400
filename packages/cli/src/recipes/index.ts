/** The recipes, each a file. */
import { mpbnCifar10 } from './mpbnCifar10.js';
import type { Recipe } from './recipe.js';
import { sewDvsGesture } from './sewDvsGesture.js';
import { shortcutCifar10 } from './shortcutCifar10.js';
import { shortcutCifar10Dvs } from './shortcutCifar10Dvs.js';
import { shortcutCifar100 } from './shortcutCifar100.js';
import { shortcutImagenet } from './shortcutImagenet.js';
import { tdbnCifar10 } from './tdbnCifar10.js';
import { tetCifar10 } from './tetCifar10.js';

export const recipes: readonly Recipe[] = [
  shortcutCifar10,
  shortcutCifar100,
  shortcutImagenet,
  shortcutCifar10Dvs,
  tetCifar10,
  tdbnCifar10,
  mpbnCifar10,
  sewDvsGesture,
];

export const recipeNames: readonly string[] = recipes.map(({ name }) => name);

export function recipeNamed(name: string): Recipe | undefined {
  return recipes.find((one) => one.name === name);
}

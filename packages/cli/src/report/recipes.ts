/** The recipes of the runs: where each value is from, how sure it is, and where the runs depart. */
import { recipeOf, textOf } from '../recipes/departures.js';
import type { RunSoFar } from '../run/record.js';
import { type Cell, code, escapeHtml, list, rowsTable } from './html.js';

/** Of runs with the same recipe the first that departs most stands for all. Empty where no run has one. */
export function recipesOf(runs: readonly RunSoFar[]): string {
  const found = runs.flatMap((run) => {
    const one = recipeOf(run.config);
    return one === null ? [] : [{ run, ...one }];
  });
  const names = [...new Set(found.map(({ recipe }) => recipe.name))];
  return names
    .flatMap((name) => {
      const own = found.filter(({ recipe }) => recipe.name === name);
      const [most] = own.toSorted((a, b) => b.departures.length - a.departures.length);
      return most === undefined ? [] : [sectionOf(most)];
    })
    .join('\n');
}

function sectionOf({ run, recipe, wanted, departures }: { run: RunSoFar } & NonNullable<ReturnType<typeof recipeOf>>) {
  const rows = Object.entries(recipe.values).map(([key, { confidence, source }]): Cell[] => {
    const [own, asked] = [textOf(run.config, key), textOf(wanted, key)];
    return [code(key), code(asked), own === asked ? '' : code(own), confidence, source];
  });
  const others = departures.filter(({ key }) => !Object.hasOwn(recipe.values, key));
  const published = recipe.published === null ? '' : ` Published test accuracy in percent: ${recipe.published}.`;
  const lines = [
    ...recipe.departs,
    ...others.map(({ key, own, wanted }) => `${key}: ${own}, where the recipe leaves ${wanted}`),
  ];
  return (
    `<p>${escapeHtml(`${recipe.name}: ${recipe.help}. ${recipe.paper}.${published}`)}</p>` +
    (lines.length === 0 ? '' : `<p>Besides the table, not as published:</p>${list(lines)}`) +
    rowsTable(
      `Options of ${recipe.name}`,
      ['Option', 'recipe', 'this run, if other', 'confidence', 'source'],
      rows,
      [1, 2, 3, 4],
    )
  );
}

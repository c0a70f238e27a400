/** Recipes in words: what each is, and its values by how sure they are. */
import type { Recipe } from '../recipes/recipe.js';
import { wrap } from './wrap.js';

const levels = ['high', 'medium', 'low'] as const;

export function recipesText(recipes: readonly Recipe[], columns: number): string {
  const parts = recipes.map((recipe) =>
    [recipe.name, ...linesOf(recipe, columns - 2).map((line) => `  ${line}`)].join('\n'),
  );
  const note =
    'Take one with `kestirme train --recipe NAME`; every other option goes before it. high, medium, low: how sure it is that a ' +
    'value is what the paper has; --json has the source of each.';
  return [...parts, wrap(note, columns).join('\n')].join('\n\n');
}

function linesOf({ help, paper, published, values, departs }: Recipe, columns: number): string[] {
  const ofLevel = (level: (typeof levels)[number]) =>
    Object.entries(values).flatMap(([key, { value, confidence }]) => (confidence === level ? [`${key}=${value}`] : []));
  const texts = [
    `${help}; ${paper}`,
    published === null
      ? 'no published accuracy that has been checked'
      : `published test accuracy in percent: ${published}`,
    ...levels.flatMap((level) => (ofLevel(level).length === 0 ? [] : [`${level}: ${ofLevel(level).join(' ')}`])),
    ...departs.map((text) => `not as published: ${text}`),
  ];
  return texts.flatMap((text) => wrap(text, columns));
}

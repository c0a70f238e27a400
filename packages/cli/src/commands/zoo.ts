import type { Family } from 'kestirme';
import { families } from '../options/families.js';
import { at } from '../options/parse.js';
import { outputOptions } from '../options/table.js';
import { choice } from '../options/types.js';
import { recipes } from '../recipes/index.js';
import { recipesText } from '../terminal/recipesText.js';
import { zooText } from '../terminal/zooTable.js';
import { defineCommand } from './command.js';

const { json } = outputOptions;
const names = [...families.map(({ name }) => name), 'recipes'];

export const zooCommand = defineCommand({
  name: 'zoo',
  form: '[FAMILY] [--json]',
  summary: 'Lists every method there is by name, with its options, its paper and what its numbers are held to',
  details: `FAMILY is one of ${names.join(', ')}; without it, all are listed but for recipes, which are settings of papers.`,
  options: { json },
  positionals: { min: 0, max: 1, name: 'FAMILY' },
  async run({ values, positionals: [name] }, terminal) {
    const family = name === undefined ? null : at('FAMILY', () => choice(names).fromText(name));
    if (family === 'recipes') {
      terminal.out(values.json ? JSON.stringify(recipes, null, 2) : recipesText(recipes, terminal.error.columns));
      return 0;
    }
    const chosen = families.filter((one) => family === null || one.name === family);
    terminal.out(
      values.json ? JSON.stringify(chosen.map(plainFamily), null, 2) : zooText(chosen, terminal.error.columns),
    );
    return 0;
  },
});

/** A family without the parts that only programs can use. */
function plainFamily({ name, option, kinds }: Family) {
  const plainKinds = kinds.map((kind) => {
    const { help, paper, confidence, parity, options } = kind;
    return { name: kind.name, help, paper, confidence, parity, options };
  });
  return { family: name, option, kinds: plainKinds };
}

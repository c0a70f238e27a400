import { catalog } from '@kestirme/datasets';
import { Failure, UsageError } from '../errors.js';
import { DATASETS, defaultDataDirectory } from '../options/composite.js';
import { optional } from '../options/option.js';
import { at } from '../options/parse.js';
import { outputOptions } from '../options/table.js';
import { choice, text } from '../options/types.js';
import { count } from '../terminal/format.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';

const options = {
  dir: optional(text('DIR'), 'Where the files go', { defaultText: '.data/NAME' }),
  from: optional(text('URL|DIR'), "A mirror, or a folder that has the publisher's files", {
    defaultText: 'the publisher',
  }),
  ...outputOptions,
};

export const dataCommand = defineCommand({
  name: 'data',
  form: 'get NAME | list [options]',
  summary: 'Downloads a data set from its publisher, or lists what there is',
  options,
  positionals: { min: 1, max: 2, name: 'get or list' },
  async run({ values, positionals: [action = '', name] }, terminal) {
    const what = at('data', () => choice(['get', 'list']).fromText(action));
    if (what === 'list') {
      if (name !== undefined) throw new UsageError(`unexpected '${name}'; usage: kestirme data list`);
      return list(values.json, terminal);
    }
    if (name === undefined)
      throw new UsageError(`NAME is missing; usage: kestirme data get ${DATASETS.slice(1).join('|')}`);
    const dataset = at('data get', () => choice(DATASETS).fromText(name));
    if (dataset === 'builtin') throw new UsageError("data get: 'builtin' comes with the program");
    throw new Failure(
      `data get ${dataset}: downloads into ${values.dir ?? defaultDataDirectory(dataset)} are not there yet`,
    );
  },
});

function list(json: boolean, terminal: Terminal): number {
  const entries = Object.values(catalog);
  if (json) {
    terminal.out(JSON.stringify(entries, null, 2));
    return 0;
  }
  const rows = entries.map((entry) => [
    entry.name,
    count(entry.trainSize),
    count(entry.testSize),
    String(entry.classNames.length),
    `${entry.channels}x${entry.height}x${entry.width}`,
    entry.title,
  ]);
  const right = { align: 'right' } as const;
  const columns = [
    { title: 'name' },
    { title: 'training', ...right },
    { title: 'test', ...right },
    { title: 'classes', ...right },
    { title: 'image', ...right },
    { title: 'what' },
  ];
  terminal.out(renderTable(columns, rows));
  return 0;
}

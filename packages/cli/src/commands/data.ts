import { catalog, DownloadError, type DownloadName, download, downloadNames } from '@kestirme/datasets';
import type { Origin } from '../config/resolve.js';
import { Failure, UsageError } from '../errors.js';
import { defaultDataDirectory } from '../options/composite.js';
import { optional, type Values } from '../options/option.js';
import { at } from '../options/parse.js';
import { outputOptions, signalOptions } from '../options/table.js';
import { choice, path } from '../options/types.js';
import { commandLine } from '../terminal/commandLine.js';
import { count } from '../terminal/format.js';
import { Progress } from '../terminal/progress.js';
import { renderTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';
import { defineCommand } from './command.js';
import { frames, framesOptions } from './dataFrames.js';
import { preview, previewOptions } from './dataPreview.js';
import { interruptible } from './session.js';

const getOptions = {
  dir: optional(path('DIR'), 'Where the files go', { defaultText: '.data/NAME' }),
  from: optional(path('URL|DIR'), "A mirror, or a folder that has the publisher's files", {
    defaultText: 'the publisher',
  }),
  ...signalOptions,
};

const options = { ...getOptions, ...previewOptions, ...framesOptions, ...outputOptions };

/** Options of each action beside those of the output. */
const actions = {
  get: Object.keys(getOptions),
  preview: Object.keys(previewOptions),
  frames: ['dir', ...Object.keys(framesOptions)],
  list: [] as string[],
};
type Action = keyof typeof actions;

export const dataCommand = defineCommand({
  name: 'data',
  form: 'get|list|preview|frames [options]',
  summary: 'Downloads a data set from its publisher, lists what there is, shows samples as a network sees them',
  details: 'frames writes the frames of a set of recordings below --dir, as SpikingJelly keeps them.',
  options,
  positionals: { min: 1, max: 2, name: 'get, list, preview or frames' },
  async run({ values, origin, positionals: [action = '', name] }, terminal) {
    const what = at('data', () => choice(Object.keys(actions) as Action[]).fromText(action));
    requireOwn(what, origin);
    if (what !== 'get') {
      if (name !== undefined) throw new UsageError(`unexpected '${name}'; usage: kestirme data ${what}`);
      if (what === 'frames') return frames(values, terminal);
      return what === 'list' ? list(values.json, terminal) : preview(values, terminal);
    }
    if (name === undefined)
      throw new UsageError(`NAME is missing; usage: kestirme data get ${downloadNames.join('|')}`);
    if (name === 'builtin') throw new UsageError("data get: 'builtin' comes with the program");
    return get(
      at('data get', () => choice(downloadNames).fromText(name)),
      values,
      terminal,
    );
  },
});

/** The options of one action mean nothing to another. */
function requireOwn(action: Action, origin: Origin): void {
  for (const [key, where] of origin) {
    if (actions[action].includes(key) || Object.hasOwn(outputOptions, key)) continue;
    const owner = (Object.keys(actions) as Action[]).find((one) => actions[one].includes(key));
    throw new UsageError(`${where} belongs to kestirme data ${owner}, not to ${action}`);
  }
}

async function get(dataset: DownloadName, values: Values<typeof options>, terminal: Terminal): Promise<number> {
  const dir = values.dir ?? defaultDataDirectory(dataset);
  const progress = new Progress(terminal, values);
  const interrupt = interruptible(progress, terminal, values, 'stopping the download');
  try {
    await download(dataset, {
      dir,
      ...(values.from === undefined ? {} : { from: values.from }),
      signal: interrupt.signal,
      onProgress: ({ file, received, total }) => progress.download(file, received, total ?? 0),
    });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error instanceof DownloadError ? new Failure(error.message) : error;
    progress.warn(`stopped; the same command goes on: ${commandLine(['data', 'get', dataset, '--dir', dir])}`);
    return interrupt.exitCode;
  } finally {
    progress.end();
    interrupt.dispose();
  }
  terminal.out(
    values.json ? JSON.stringify({ name: dataset, dir }) : `${dataset} is in ${dir}; use --data ${dataset}:${dir}`,
  );
  return 0;
}

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

/** `kestirme data frames`: frames of recordings as SpikingJelly keeps them. */
import { exportFrames } from '@kestirme/datasets';
import { UsageError } from '../errors.js';
import { datasetName, defaultDataDirectory, parseDataOptions } from '../options/composite.js';
import { dataOptions } from '../options/dataOptions.js';
import type { Values } from '../options/option.js';
import { at } from '../options/parse.js';
import { networkOptions } from '../options/table.js';
import { Progress } from '../terminal/progress.js';
import type { Terminal } from '../terminal/terminal.js';

export const framesOptions = {
  data: dataOptions.data,
  dataOptions: dataOptions.dataOptions,
  skipCorrupt: dataOptions.skipCorrupt,
  timeSteps: networkOptions.timeSteps,
};

type FramesValues = Values<typeof framesOptions> & { dir: string | undefined; json: boolean; quiet: boolean };

export async function frames(values: FramesValues, terminal: Terminal): Promise<number> {
  const { data, timeSteps, skipCorrupt, json } = values;
  const progress = new Progress(terminal, values);
  const out = values.dir ?? defaultDataDirectory(datasetName(data));
  try {
    const exported = await exportFrames(data, out, {
      ...{ timeSteps, skipCorrupt, cacheDir: process.env.KESTIRME_CACHE },
      options: at('--data-options', () => parseDataOptions(data, values.dataOptions)),
      onProgress: ({ what, done, total }) => progress.prepare(what, done, total),
    });
    terminal.out(json ? JSON.stringify(exported) : `${exported.files} files are in ${exported.dir}`);
    return 0;
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  } finally {
    progress.end();
  }
}

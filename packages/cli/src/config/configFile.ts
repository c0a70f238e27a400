import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import { PROGRAM_VERSION } from '../version.js';
import { givenFromObject } from './file.js';
import { resolveTraining } from './resolve.js';
import type { ResolvedConfig } from './resolvedConfig.js';

/**
 * The content of a run's config.json, `object`, in the present form, held to the same rules as options on the command line.
 * @throws UsageError naming the file and the key.
 */
export function checkConfig(object: Record<string, unknown>, file: string): ResolvedConfig {
  const { values, origin } = merge(trainOptions, [givenFromObject(trainOptions, object, file, 'train')]);
  const config = resolveTraining(values as Values<typeof trainOptions>, origin);
  // The version is that of the program that wrote it.
  return { ...config, version: typeof object.version === 'string' ? object.version : PROGRAM_VERSION };
}

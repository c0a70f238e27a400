import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lambdaSpecFor } from 'kestirme';
import { readConfigObject } from '../config/file.js';
import { lambdaText } from '../options/composite.js';
import { CONFIG_FILE } from './fileNames.js';
import { isRunFolderName } from './runNames.js';

/**
 * The configuration of the comparison in `dir`, with the lambda that its evolution runs began with, where it names none and
 * the default is another one by now.
 */
export function withLambdaOfRuns(config: Record<string, unknown>, dir: string): Record<string, unknown> {
  if (config.lambda !== undefined) return config;
  const files = readdirSync(dir)
    .filter(isRunFolderName)
    .map((name) => join(dir, name, CONFIG_FILE));
  const runs = files.filter((file) => existsSync(file)).map((file) => readConfigObject(file, '--resume'));
  const lambda = runs.find(({ method }) => method === 'evolution')?.lambda;
  return lambda === undefined || lambda === lambdaText(lambdaSpecFor('evolution')) ? config : { ...config, lambda };
}

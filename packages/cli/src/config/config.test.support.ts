import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Values } from '../options/option.js';
import { merge, parseArguments } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import { readConfigFile } from './file.js';
import { resolveTraining } from './resolve.js';

/** Writes configuration files into a folder; each call gives the path. */
export function filesIn(folder: string): (name: string, content: string) => string {
  return (name, content) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
}

/** The configuration of `kestirme train` from a command line and a configuration file. */
export function train(argv: string[], config?: string) {
  const { given } = parseArguments(trainOptions, argv, 'train');
  const fromFile = config === undefined ? new Map() : readConfigFile(trainOptions, config, 'train');
  const { values, origin } = merge(trainOptions, [fromFile, given]);
  return resolveTraining(values as Values<typeof trainOptions>, origin);
}

/** Names of the folders that a comparison makes for its runs. */
import { join } from 'node:path';
import { methods } from 'kestirme';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { modelLabel } from '../models/names.js';
import { CONFIG_FILE } from './fileNames.js';
import { RunFolder } from './folder.js';

type Named = Pick<ResolvedConfig, 'model' | 'timeSteps' | 'method' | 'seed'>;

/** A model file may have any name. */
const RUN_FOLDER = new RegExp(`^(.+-T\\d+-)?(${methods.join('|')})-seed\\d+$`);

export function isRunFolderName(name: string): boolean {
  return RUN_FOLDER.test(name);
}

/** `several`: the comparison has more than one network or T. */
export function runFolderName({ model, timeSteps, method, seed }: Named, several: boolean): string {
  const short = `${method}-seed${seed}`;
  return several ? `${modelLabel(model)}-T${timeSteps}-${short}` : short;
}

/**
 * Where a run of the comparison in `dir` is, or is to be. One that began with one network keeps the short names of its
 * runs when others join, and a short name that a run of another network has is left to it.
 */
export async function runFolder(dir: string, config: Named, several: boolean): Promise<RunFolder> {
  const [short, long] = [false, true].map((form) => new RunFolder(join(dir, runFolderName(config, form))));
  if (short === undefined || long === undefined) throw new Error('a name has two forms');
  if (await long.has(CONFIG_FILE)) return long;
  const holder = (await short.has(CONFIG_FILE)) ? (await short.readConfig()).config : null;
  if (holder === null) return several ? long : short;
  return holder.model === config.model && holder.timeSteps === config.timeSteps ? short : long;
}

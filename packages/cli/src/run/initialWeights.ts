/** --init-from: weights of a run, or of a .safetensors file, to begin with. */
import { readFile, stat } from 'node:fs/promises';
import {
  answeringWeights,
  decodeSafetensors,
  type InitialFit,
  misfitsInWords,
  type State,
  weightsSha256,
} from 'kestirme';
import { isComparison } from '../config/migrate.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { messageOf, UsageError } from '../errors.js';
import { plural } from '../terminal/format.js';
import { RunFolder } from './folder.js';
import { requireCheckpoint, requireResultWeights } from './weights.js';

export interface InitialWeights {
  /** Parameters and running statistics. */
  state: State;
  /** Of these. */
  sha256: string;
}

/** Null where a run begins with what its seed draws. @throws UsageError, Failure naming the run or file */
export async function readInitialWeights({
  initFrom,
  initSha256,
}: Pick<ResolvedConfig, 'initFrom' | 'initSha256'>): Promise<InitialWeights | null> {
  if (initFrom === undefined) return null;
  const state = (await isFolder(initFrom)) ? await ofRun(initFrom) : await ofFile(initFrom);
  const sha256 = await weightsSha256(state);
  if (initSha256 !== undefined && initSha256 !== sha256) {
    throw new UsageError(
      `--init-from: ${initFrom} has the weights ${sha256}, but the run began with ${initSha256} (initSha256): it has ` +
        'changed since; give what it was then',
    );
  }
  return { state, sha256 };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    throw new UsageError(`--init-from: cannot read ${path}: ${messageOf(error)}`);
  });
  return found.isDirectory();
}

/** The newest good checkpoint of the run, of a finished one that of its end: the weights that answer in an evaluation. */
async function ofRun(dir: string): Promise<State> {
  const folder = new RunFolder(dir);
  const { config } = await folder.readConfig();
  if (isComparison(config)) {
    throw new UsageError(`--init-from: ${dir} holds a comparison; name the folder of one of its runs`);
  }
  const result = await folder.readResult();
  const found = await requireCheckpoint(folder, result);
  const { state } = found.checkpoint;
  if (result !== null) requireResultWeights(folder, result, found, await weightsSha256(state));
  return answeringWeights(state);
}

async function ofFile(file: string): Promise<State> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new UsageError(`--init-from: cannot read ${file}: ${messageOf(error)}`);
  });
  const tensors = [...decodeSafetensors(bytes, file).tensors].flatMap(([name, { dtype, shape, data }]) => {
    if (name.endsWith('.num_batches_tracked')) return [];
    if (dtype !== 'F32') throw new UsageError(`--init-from: ${file}: ${name} is ${dtype}; weights have to be F32`);
    return [[name, { shape, data }] as const];
  });
  return answeringWeights(Object.fromEntries(tensors));
}

/** How much of what was given the run began with, and every tensor that did not fit. */
export function fitInWords({ taken, misfits }: InitialFit, from: string): string {
  const begun = `begins with ${plural(taken.length, 'tensor')} of ${from}`;
  return misfits.length === 0 ? begun : `${begun}; ${misfitsInWords(misfits)}`;
}

/** Weights of checkpoints: a finished run's are the ones that its result.json names, or none. */
import { type Engine, loadForInference, weightsSha256 } from 'kestirme';
import { Failure } from '../errors.js';
import { commandLine } from '../terminal/commandLine.js';
import { byteSize, plural } from '../terminal/format.js';
import { type FoundCheckpoint, placeInWords, trainAgain } from './checkpointFiles.js';
import { RESULT_FILE } from './fileNames.js';
import type { RunFolder } from './folder.js';
import type { RunResult } from './record.js';

/**
 * Gives the engine the network of a checkpoint as it was trained, whatever config.json says by now, to be evaluated; gives
 * the weights' SHA-256.
 */
export async function loadCheckpoint(
  engine: Engine,
  { checkpoint }: Pick<FoundCheckpoint, 'checkpoint'>,
): Promise<string> {
  const { network, training, mean, std, state } = checkpoint;
  await loadForInference(engine, checkpoint).catch(async (error: unknown) => {
    const request = { network, training, mean, std, inference: true };
    const { fits, limitBytes, limitReason } = await engine.memoryRoom(request);
    if (fits) throw error;
    // Advice on the batch would be for another run.
    const need = `as it was trained, with ${training.microBatch} images at a time, the run needs more memory than it may have`;
    throw new Failure(`${need}: the limit is ${byteSize(limitBytes)}, ${limitReason}`, { cause: error });
  });
  // The engine has no shortcut heads, whose weights are among those of the run.
  return weightsSha256(state);
}

/** The newest good checkpoint of a run. @throws Failure when there is none. `result`: of a run that has finished. */
export async function requireCheckpoint(folder: RunFolder, result: RunResult | null): Promise<FoundCheckpoint> {
  const found = await folder.checkpoints.read();
  if (found !== null) return found;
  if (result === null) throw new Failure(`${folder.dir} has no checkpoint yet`);
  throw new Failure(
    `${folder.dir} has finished, but its checkpoints are gone, and with them the weights ${result.weightsSha256}; ` +
      trainAgain(folder.dir),
  );
}

/** @throws Failure unless `weightsSha256`, of the checkpoint `found`, are the weights that the run ended with. */
export function requireResultWeights(
  folder: RunFolder,
  result: RunResult,
  found: FoundCheckpoint,
  weightsSha256: string,
): void {
  if (weightsSha256 === result.weightsSha256) return;
  const file = folder.path(found.file);
  const { position } = found.checkpoint;
  if (position.epoch === result.epochs) {
    throw new Failure(
      `${file} has the weights ${weightsSha256}, but ${folder.path(RESULT_FILE)} says ${result.weightsSha256}: ` +
        `one of the two is from another run; ${trainAgain(folder.dir)}`,
    );
  }
  const why = found.problem === null ? '' : `${found.problem}; `;
  const resume = commandLine(['train', '--resume', '--out', folder.dir]);
  throw new Failure(
    `${why}${file} stands ${placeInWords(position)} of ${plural(result.epochs, 'epoch')} and has not the weights of ` +
      `the result; ${resume} trains the rest again, to the same weights`,
  );
}

/** best.safetensors: the weights of the best epoch of a run, as they answer in an evaluation. */
import { join } from 'node:path';
import {
  type BestEpoch,
  type Checkpoint,
  type OpenCheckpoint,
  tensorsSha256,
  weightsSha256,
  writeCheckpoint,
} from 'kestirme';
import { Failure } from '../errors.js';
import { writeFileAtomic } from './atomicFile.js';
import { readCheckpoint, trainAgain } from './checkpointFiles.js';
import { BEST_FILE } from './fileNames.js';

export interface BestWeights {
  checkpoint: Checkpoint;
  weightsSha256: string;
}

export class BestFile {
  readonly #dir: string;
  readonly file: string;
  /** What this process wrote last. */
  #written: { epoch: number; weightsSha256: string } | null = null;

  constructor(dir: string) {
    this.#dir = dir;
    this.file = join(dir, BEST_FILE);
  }

  async write(trained: OpenCheckpoint): Promise<void> {
    await writeFileAtomic(this.file, (writeAt) => writeCheckpoint(trained, writeAt));
    this.#written = { epoch: trained.position.epoch, weightsSha256: await tensorsSha256(trained.tensors) };
  }

  /** Of the weights after that epoch; null as `readOf` has it, and without reading them where they were written here. */
  async sha256Of(best: BestEpoch): Promise<string | null> {
    if (this.#written?.epoch === best.epoch + 1) return this.#written.weightsSha256;
    return (await this.readOf(best))?.weightsSha256 ?? null;
  }

  /** Null where there is none: a run of before had none. @throws Failure when it is damaged */
  async read(): Promise<BestWeights | null> {
    const found = await readCheckpoint(this.file);
    if (found === null) return null;
    if ('problem' in found) throw new Failure(`${found.problem}; ${trainAgain(this.#dir)}`);
    return { checkpoint: found.checkpoint, weightsSha256: await weightsSha256(found.checkpoint.state) };
  }

  /** The weights after that epoch; null where the file has those of another, or is not there. */
  async readOf({ epoch }: BestEpoch): Promise<BestWeights | null> {
    const best = await this.read();
    return best?.checkpoint.position.epoch === epoch + 1 ? best : null;
  }
}

/** What `kestirme evaluate` and `evaluateRun` do. */
import {
  Confusion,
  type DataInfo,
  type Engine,
  type EvaluateRequest,
  type EvaluationSummary,
  evaluate,
} from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { isComparison } from '../config/migrate.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure, UsageError } from '../errors.js';
import { checkData, checkLimit, datasetName } from '../options/composite.js';
import { at } from '../options/parse.js';
import { type FoundCheckpoint, fallbackWarning, trainAgain } from '../run/checkpointFiles.js';
import { type ConfusionTable, confusionTable } from '../run/confusion.js';
import { BEST_FILE, CONFIG_FILE, RESULT_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import { requireFolder } from '../run/readRuns.js';
import type { RunResult } from '../run/record.js';
import { loadCheckpoint, requireCheckpoint, requireResultWeights } from '../run/weights.js';
import { type EngineChoice, openEngine } from './engine.js';

/** All optional: the run's own images, the usual engine. */
export interface EvaluationChoice extends Partial<EngineChoice> {
  /** Test images of another data set, 'NAME' or 'NAME:DIR'. */
  data?: string | undefined;
  /** The weights of the best epoch in place of the last ones. */
  best?: boolean | undefined;
  /** 'TRAIN,TEST': the first so many images only. */
  limit?: string | undefined;
}

interface Heard {
  signal?: AbortSignal | undefined;
  /** Is told of a checkpoint that is not the newest. */
  onNote?: ((text: string) => void) | undefined;
  /** Before the first batch. */
  onEngine?: ((engine: Engine) => void) | undefined;
}

/** The JSON of `kestirme evaluate`. */
export interface Evaluation extends Omit<EvaluationSummary, 'accuracy'> {
  run: string;
  dataset: string;
  /** See `RunResult`. */
  split?: string;
  /** Whether the run has; `checkpoint` says where it stands. */
  finished: boolean;
  checkpoint: { file: string; epoch: number; iteration: number };
  testAccuracy: number;
  weightsSha256: string;
  imagesPerSecond: number;
  backend: Engine['backend'];
  simd: string;
  /** Answers by the classes' names. */
  confusion: ConfusionTable;
}

/** @throws UsageError when the images are not of its kind, Failure when the run has no good checkpoint. */
export async function evaluateFolder(dir: string, choice: EvaluationChoice & Heard): Promise<Evaluation> {
  await requireFolder(dir);
  const folder = new RunFolder(dir);
  const config = await readConfig(folder);
  const result = await folder.readResult();
  const found = choice.best ? await requireBest(folder, result) : await requireCheckpoint(folder, result);
  const own = config.validation;
  const images = await openImages({
    data: choice.data === undefined ? config.data : at('--data', () => checkData(choice.data ?? '')),
    limit: choice.limit === undefined ? config.limit : at('--limit', () => checkLimit(choice.limit ?? '')),
    ...(choice.data === undefined ? { dataOptions: config.dataOptions, skipCorrupt: config.skipCorrupt } : {}),
    timeSteps: config.timeSteps,
    // A data set of one's own choice is another one's test images.
    validation: choice.data === undefined ? own : 0,
  });
  requireFittingImages(found, images, dir);
  const { threads, backend, memoryLimit } = choice;
  const engine = await openEngine({ threads, backend, memoryLimit });
  const batch = Math.min(config.batch, images.info.trainSize);
  const data = images.batches({ ...config, batch });
  try {
    choice.onEngine?.(engine);
    const weightsSha256 = await loadCheckpoint(engine, found);
    if (result !== null && !choice.best) requireResultWeights(folder, result, found, weightsSha256);
    const warning = fallbackWarning(dir, found);
    if (warning !== null) choice.onNote?.(warning);
    const began = performance.now();
    const answers = new Confusion(images.info.classes);
    const onBatch: EvaluateRequest['onBatch'] = (...batch) => answers.add(...batch);
    const { accuracy, ...rest } = await evaluate({ engine, data, signal: choice.signal, onBatch });
    const seconds = (performance.now() - began) / 1000;
    return {
      ...{ run: dir, dataset: datasetName(choice.data ?? config.data) },
      ...(images.split === undefined ? {} : { split: images.split }),
      ...{ finished: result !== null, checkpoint: { file: found.file, ...found.checkpoint.position } },
      ...{ testAccuracy: accuracy, ...rest, weightsSha256, imagesPerSecond: rest.images / seconds },
      ...{ backend: engine.backend, simd: engine.simd },
      confusion: confusionTable(answers, images.info),
    };
  } finally {
    await data.close();
    await engine.close();
  }
}

/** @throws Failure where there is none, or it is not that of the result */
async function requireBest(folder: RunFolder, result: RunResult | null): Promise<FoundCheckpoint> {
  const best = await folder.best.read();
  const { file } = folder.best;
  if (best === null) throw new Failure(`${file} is not there: the run has kept no weights of a best epoch`);
  if (result !== null && result.best?.weightsSha256 !== best.weightsSha256) {
    throw new Failure(
      `${file} has the weights ${best.weightsSha256}, but ${folder.path(RESULT_FILE)} says ` +
        `${result.best?.weightsSha256 ?? 'none'}; ${trainAgain(folder.dir)}`,
    );
  }
  return { checkpoint: best.checkpoint, file: BEST_FILE, problem: null };
}

type ImageShape = Pick<DataInfo, 'channels' | 'height' | 'width' | 'frames' | 'classes'>;

function requireFittingImages({ checkpoint }: FoundCheckpoint, { info }: Images, dir: string): void {
  const { input, timeSteps, classes } = checkpoint.network;
  const inWords = ({ channels, height, width, frames, classes }: ImageShape) =>
    `images of ${frames === undefined ? '' : `${frames} frames of `}${channels}x${height}x${width} in ${classes} classes`;
  const { frames: readsFrames, ...size } = input;
  const [known, given] = [inWords({ ...size, classes, ...(readsFrames ? { frames: timeSteps } : {}) }), inWords(info)];
  if (known !== given) throw new UsageError(`--data: ${info.name} has ${given}, but the run in ${dir} knows ${known}`);
}

async function readConfig(folder: RunFolder): Promise<ResolvedConfig> {
  const { config } = await folder.readConfig();
  if (isComparison(config)) throw new Failure(`${folder.dir} holds a comparison; name the folder of one of its runs`);
  return checkConfig(config, folder.path(CONFIG_FILE));
}

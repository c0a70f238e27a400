import { type DataInfo, type EvaluationSummary, evaluate } from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { isComparison } from '../config/migrate.js';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Failure, UsageError } from '../errors.js';
import { checkData, checkLimit, datasetName } from '../options/composite.js';
import { optional } from '../options/option.js';
import { commonTrainingOptions, engineOptions, outputOptions } from '../options/table.js';
import { text } from '../options/types.js';
import { type FoundCheckpoint, fallbackWarning, placeInWords } from '../run/checkpointFiles.js';
import { CONFIG_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import { requireFolder } from '../run/readRuns.js';
import { loadCheckpoint, requireCheckpoint, requireResultWeights } from '../run/weights.js';
import { kernelsInWords, percent, rate } from '../terminal/format.js';
import { defineCommand } from './command.js';
import { openEngine, tellFallback } from './session.js';

const { threads, memoryLimit } = commonTrainingOptions;
const options = {
  data: optional(text('NAME[:DIR]', '', checkData), 'Test images', { defaultText: "the run's" }),
  limit: optional(text('TRAIN,TEST', '', checkLimit), 'Use the first so many images only', {
    defaultText: "the run's",
  }),
  threads,
  memoryLimit,
  ...engineOptions,
  ...outputOptions,
};

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  form: 'RUN [options]',
  summary: "Measures the main head of a run's newest good checkpoint on the test images",
  details:
    'Of a finished run, that must have the weights that result.json names; of another, the output says where it stands.',
  options,
  positionals: { min: 1, max: 1, name: 'RUN, a run folder,' },
  async run({ values, positionals: [dir = ''] }, terminal) {
    await requireFolder(dir);
    const folder = new RunFolder(dir);
    const config = await readConfig(folder);
    const result = await folder.readResult();
    const found = await requireCheckpoint(folder, result);
    const images = await openImages({
      data: values.data ?? config.data,
      limit: values.limit ?? config.limit,
      // A data set of one's own choice is another one's test images.
      validation: values.data === undefined ? config.validation : 0,
    });
    requireFittingImages(found, images, dir);
    const engine = await openEngine(values);
    tellFallback(engine, values, terminal);
    const batch = Math.min(config.batch, images.info.trainSize);
    const data = images.batches({ ...config, batch });
    try {
      const weightsSha256 = await loadCheckpoint(engine, found);
      if (result !== null) requireResultWeights(folder, result, found, weightsSha256);
      const warning = fallbackWarning(dir, found);
      if (warning !== null) terminal.error.write(`${warning}\n`);
      const began = performance.now();
      const summary = await evaluate({ engine, data });
      const seconds = (performance.now() - began) / 1000;
      const name = datasetName(values.data ?? config.data);
      const imagesPerSecond = summary.images / seconds;
      const { position } = found.checkpoint;
      if (values.json) {
        const { accuracy, ...rest } = summary;
        const measured = { finished: result !== null, checkpoint: { file: found.file, ...position } };
        const { backend, simd } = engine;
        const numbers = { testAccuracy: accuracy, ...rest, weightsSha256, imagesPerSecond, backend, simd };
        terminal.out(JSON.stringify({ run: dir, dataset: name, ...measured, ...numbers }, null, 2));
      } else {
        const unfinished = `\ncheckpoint ${placeInWords(position)} of ${config.epochs}: the run has not finished`;
        terminal.out(
          `${inWords(summary, name)} (${rate(imagesPerSecond)} images/s, ${kernelsInWords(engine)})\n` +
            `weights ${weightsSha256}${result === null ? unfinished : ''}`,
        );
      }
      return 0;
    } finally {
      await data.close();
      await engine.close();
    }
  },
});

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

function inWords({ accuracy, correct, images, loss }: EvaluationSummary, name: string): string {
  return `${name}: accuracy ${percent(accuracy)} (${correct} of ${images} test images), loss ${loss.toFixed(4)}`;
}

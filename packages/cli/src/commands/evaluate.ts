import { type EvaluationSummary, evaluate, requireFiniteState } from 'kestirme';
import { Failure } from '../errors.js';
import { checkData, checkLimit } from '../options/composite.js';
import { optional } from '../options/option.js';
import { datasetName } from '../options/resolve.js';
import { commonTrainingOptions, outputOptions } from '../options/table.js';
import { text } from '../options/types.js';
import { CHECKPOINT_FILE } from '../run/checkpointFiles.js';
import { checkConfig } from '../run/configFile.js';
import { CONFIG_FILE, RunFolder } from '../run/folder.js';
import { openImages } from '../run/images.js';
import { buildNetwork, trainingOptions } from '../run/network.js';
import { isComparison, requireFolder } from '../run/readRuns.js';
import type { ResolvedConfig } from '../run/record.js';
import { percent, rate } from '../terminal/format.js';
import { defineCommand } from './command.js';
import { openEngine } from './session.js';

const { threads, memoryLimit } = commonTrainingOptions;
const options = {
  data: optional(text('NAME[:DIR]', '', checkData), 'Test images', { defaultText: "the run's" }),
  limit: optional(text('TRAIN,TEST', '', checkLimit), 'Use the first so many images only', {
    defaultText: "the run's",
  }),
  threads,
  memoryLimit,
  ...outputOptions,
};

export const evaluateCommand = defineCommand({
  name: 'evaluate',
  form: 'RUN [options]',
  summary: "Measures the main head of a run's checkpoint on the test images",
  options,
  positionals: { min: 1, max: 1, name: 'RUN, a run folder,' },
  async run({ values, positionals: [dir = ''] }, terminal) {
    await requireFolder(dir);
    const folder = new RunFolder(dir);
    const config = await readConfig(folder);
    const found = await folder.checkpoints.read();
    if (found === null) throw new Failure(`${dir} has no ${CHECKPOINT_FILE} yet`);
    const { checkpoint, warning } = found;
    if (warning !== null) terminal.error.write(`${warning}\n`);
    requireFiniteState(checkpoint.state);
    const images = await openImages({
      data: values.data ?? config.data,
      limit: values.limit ?? config.limit,
      // A data set of one's own choice is another one's test images.
      validation: values.data === undefined ? config.validation : 0,
    });
    const network = buildNetwork(config, images.info);
    const training = trainingOptions(config, network.heads.length);
    const { mean, std } = checkpoint;
    const engine = await openEngine(values);
    const data = images.batches(config);
    try {
      await engine.load({ network, training, mean, std });
      await engine.writeState(checkpoint.state);
      const began = performance.now();
      const summary = await evaluate({ engine, data });
      const seconds = (performance.now() - began) / 1000;
      const weightsSha256 = await engine.weightsSha256();
      const name = datasetName(values.data ?? config.data);
      const imagesPerSecond = summary.images / seconds;
      if (values.json) {
        const { accuracy, ...rest } = summary;
        terminal.out(
          JSON.stringify(
            { run: dir, dataset: name, testAccuracy: accuracy, ...rest, weightsSha256, imagesPerSecond },
            null,
            2,
          ),
        );
      } else {
        terminal.out(`${inWords(summary, name)} (${rate(imagesPerSecond)} images/s)\nweights ${weightsSha256}`);
      }
      return 0;
    } finally {
      await data.close();
      await engine.close();
    }
  },
});

async function readConfig(folder: RunFolder): Promise<ResolvedConfig> {
  const object = await folder.readJson(CONFIG_FILE);
  if (isComparison(object)) throw new Failure(`${folder.dir} holds a comparison; name the folder of one of its runs`);
  return checkConfig(object, folder.path(CONFIG_FILE));
}

function inWords({ accuracy, correct, images, loss }: EvaluationSummary, name: string): string {
  return `${name}: accuracy ${percent(accuracy)} (${correct} of ${images} test images), loss ${loss.toFixed(4)}`;
}

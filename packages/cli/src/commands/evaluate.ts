import { checkData, checkLimit } from '../options/composite.js';
import { optional } from '../options/option.js';
import { commonTrainingOptions, engineOptions, outputOptions } from '../options/table.js';
import { flag, text } from '../options/types.js';
import { type Evaluation, evaluateFolder } from '../program/evaluate.js';
import { placeInWords } from '../run/checkpointFiles.js';
import { BEST_FILE } from '../run/fileNames.js';
import { RunFolder } from '../run/folder.js';
import { inBrackets, kernelsInWords, percent, rate } from '../terminal/format.js';
import { defineCommand } from './command.js';
import { tellFallback } from './session.js';

const { threads, memoryLimit } = commonTrainingOptions;
const options = {
  data: optional(text('NAME[:DIR]', '', checkData), 'Test images', { defaultText: "the run's" }),
  best: optional(flag, 'The weights of the best epoch, best.safetensors', { defaultText: 'those of the last one' }),
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
    const { data, limit, best, threads, backend, memoryLimit } = values;
    const evaluation = await evaluateFolder(dir, {
      ...{ data, limit, best, threads, backend, memoryLimit },
      onNote: (warning) => terminal.error.write(`${warning}\n`),
      onEngine: (engine) => tellFallback(engine, values, terminal),
    });
    terminal.out(values.json ? JSON.stringify(evaluation, null, 2) : await inWords(evaluation, dir));
    return 0;
  },
});

async function inWords(evaluation: Evaluation, dir: string): Promise<string> {
  const { dataset, testAccuracy, correct, images, loss, imagesPerSecond, weightsSha256, finished, split } = evaluation;
  const measured = `accuracy ${percent(testAccuracy)}${inBrackets(split)} (${correct} of ${images} test images), loss ${loss.toFixed(4)}`;
  const { epochs } = (await new RunFolder(dir).readConfig()).config;
  const isBest = evaluation.checkpoint.file === BEST_FILE;
  const unfinished = `\ncheckpoint ${placeInWords(evaluation.checkpoint)} of ${epochs}: the run has not finished`;
  return (
    `${dataset}: ${measured} (${rate(imagesPerSecond)} images/s, ${kernelsInWords(evaluation)})\n` +
    `weights ${weightsSha256}${isBest ? `\nbest    epoch ${evaluation.checkpoint.epoch}` : ''}${finished ? '' : unfinished}`
  );
}

// The command line of `train`: a word a line.
import { must, readOrRefuse } from '../expectations.mjs';

export const instruments = ['cli/options/parse.js', 'cli/options/types.js', 'cli/options/composite.js'];

export async function target() {
  const cli = '../../../packages/cli/dist';
  const { merge, parseArguments } = await import(`${cli}/options/parse.js`);
  const { resolveTraining } = await import(`${cli}/config/resolve.js`);
  const { kebab } = await import(`${cli}/options/option.js`);
  const { trainOptions } = await import(`${cli}/options/table.js`);
  const { UsageError } = await import(`${cli}/errors.js`);
  return {
    mostBytes: 1024,
    words: [
      ...Object.keys(trainOptions).map((key) => `\n--${kebab(key)}\n`),
      '--no-',
      '=',
      '\n--\n',
      'tanh:3',
      'step:1:0.1',
    ],
    run(bytes) {
      const words = bytes.toString('utf8').split('\n');
      const parsed = readOrRefuse(() => parseArguments(trainOptions, words, 'train'), [UsageError], '');
      if (!parsed) return;
      must(parsed.positionals.length <= words.length, 'no more words than there were');
      const { values, origin } = merge(trainOptions, [parsed.given]);
      const config = readOrRefuse(() => resolveTraining(values, origin), [UsageError], '--');
      if (config) must(config.timeSteps >= 1 && config.timeSteps <= 64 && config.lr > 0, 'values within their ranges');
    },
  };
}

// npm run study:playground: what a visitor of the playground sees the two networks learn, by the page's own trainer in Node, to the
// same bits: a row for each seed with the accuracies on test images after each epoch. --link L, --seeds 0,1,2, --epochs N (of
// those that the setting has)
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { isMain, runScript, ScriptError } from './process.mjs';

/** Test accuracies [networks][epochs], and the processor's seconds that the first `epochs` took. */
async function train({ Trainer, methodsOf, stepsOf }, setting, epochs) {
  const methods = methodsOf(setting);
  const accuracies = methods.map(() => []);
  const begin = process.cpuUsage();
  let trainer;
  try {
    await new Promise((resolve, reject) => {
      trainer = new Trainer({ threads: 1, atOnce: Math.min(2, cpus().length), build: 'threads' }, (news) => {
        if (news.kind === 'prepared') trainer.hear({ kind: 'run' });
        if (news.kind === 'failed') reject(new Error(news.message));
        if (news.kind === 'epoch') accuracies[news.lane].push(news.testAccuracy);
        if (accuracies.every(({ length }) => length >= epochs)) resolve();
      });
      trainer.hear({ kind: 'prepare', run: 1, setting });
    });
  } finally {
    await trainer?.close();
  }
  const { user } = process.cpuUsage(begin);
  return { methods, accuracies, seconds: user / 1e6, stepsOfEpoch: stepsOf(setting) / setting.epochs };
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        link: { type: 'string', default: '' },
        seeds: { type: 'string', default: '0,1,2' },
        epochs: { type: 'string' },
      },
    });
    await build();
    const library = await import('../packages/dashboard/dist/playground/index.js');
    const { setting, problems } = library.settingOfLink(values.link);
    if (problems.length > 0) throw new ScriptError(problems.join('\n'));
    const epochs = Math.min(Number(values.epochs ?? setting.epochs), setting.epochs);
    for (const seed of values.seeds.split(',').map(Number)) {
      const { methods, accuracies, seconds, stepsOfEpoch } = await train(library, { ...setting, seed }, epochs);
      for (const [lane, method] of methods.entries()) {
        const shown = accuracies[lane].slice(0, epochs).map((one) => `${(100 * one).toFixed(1)}%`.padStart(6));
        console.log(`seed ${seed}  ${method.padEnd(9)} every ${stepsOfEpoch} steps: ${shown.join(' ')}`);
      }
      console.log(`seed ${seed}  ${seconds.toFixed(0)} s of a processor`);
    }
  });
}

// npm run study:lambda: which reading of the paper's lambda trains best, and on what. Results: docs/lambda.jsonl, a line for
// each run; docs/lambda.md says what follows. What the file holds already is not run again.
//
//   npm run study:lambda -- --cifar DIR          all networks; CIFAR-10 lies in DIR
//   npm run study:lambda -- --only digits-plain20
//   npm run study:lambda -- --table              only prints the tables of docs/lambda.md
//   npm run study:lambda -- --repeat 17          trains line 17 again and compares the weights
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { isMain, root, run, runScript, ScriptError } from './process.mjs';
import { studyTables } from './study-tables.mjs';

/** Every arm chooses its learning rate among these, by images held out of training and a seed that is not judged. */
const rates = [0.1, 0.3, 1];
const selectionSeed = 100;
const seeds = [0, 1, 2];

const common = {
  augment: false,
  T: 2,
  stem: 'strided',
  threshold: 1,
  surrogate: 'rectangle:2',
  batch: 20,
  threads: 1,
  'loader-workers': 0,
};

const networks = {
  'digits-plain20': {
    options: { ...common, data: 'builtin', limit: '2000,1000', model: 'plain20', width: 0.5, epochs: 4 },
    arms: (arm) => arm.ramp === 'linear' || (arm.heads === 'blocks' && arm.combine === 'logits'),
  },
  'digits-resnet32': {
    options: { ...common, data: 'builtin', limit: '2000,1000', model: 'resnet32', width: 0.5, epochs: 4 },
    arms: (arm) =>
      arm.ramp === 'linear' &&
      (arm.heads !== 'stages'
        ? arm.combine === 'logits' || ['sbp', 'evo-ratio', 'evo-decay'].includes(arm.name)
        : arm.combine === 'logits' && ['sbp', 'evo-rise-sum', 'evo-ratio', 'evo-decay'].includes(arm.name)),
  },
  'cifar10-resnet20': {
    options: { ...common, data: 'cifar10', limit: '4000,1000', model: 'resnet20', width: 0.5, epochs: 5 },
    arms: (arm) =>
      arm.ramp === 'linear' &&
      arm.combine === 'logits' &&
      (arm.heads !== 'stages' || ['sbp', 'evo-ratio', 'evo-decay'].includes(arm.name)),
  },
};

/** All arms there are; each network takes some of them. */
function allArms() {
  const arms = [{ name: 'vanilla', lambda: 'vanilla', heads: 'none', combine: 'logits', ramp: 'linear' }];
  for (const heads of ['blocks', 'stages']) {
    for (const combine of ['logits', 'losses']) {
      for (const preset of ['sbp', 'adaptive']) {
        arms.push({ name: preset, lambda: preset, heads, combine, ramp: 'linear' });
      }
      for (const preset of ['evo-rise', 'evo-rise-sum', 'evo-ratio', 'evo-ratio-mean', 'evo-decay']) {
        for (const ramp of ['linear', 'cosine', 'exp10']) {
          if (ramp !== 'linear' && preset === 'evo-ratio-mean') continue;
          arms.push({ name: preset, lambda: `${preset},${ramp},epoch`, heads, combine, ramp });
        }
      }
    }
  }
  return arms;
}

/** What one process trains, as the command line has it; `part` says what it is for. */
function job(network, arm, lr, part, seed) {
  const method = { vanilla: 'vanilla', sbp: 'shortcut' }[arm.name] ?? 'evolution';
  const options = {
    ...networks[network].options,
    ...(part === 'choose' ? { validation: 1000 } : {}),
    method,
    lambda: arm.lambda,
    ...(method === 'vanilla' ? {} : { heads: arm.heads }),
    combine: arm.combine,
    lr,
    seed,
  };
  const args = Object.entries(options).map(([name, value]) =>
    value === false ? `--no-${name}` : `--${name}=${value}`,
  );
  return { network, ...arm, lr, part, seed, args };
}

const keyOf = ({ network, lambda, heads, combine, lr, part, seed }) =>
  [network, lambda, heads, combine, lr, part, seed].join(' ');

/** Trains in a folder of its own, which goes away. */
async function train({ args }, cifar) {
  const out = await mkdtemp(join(tmpdir(), 'kestirme-study-'));
  try {
    const folder = args.map((arg) => (arg === '--data=cifar10' ? `--data=cifar10:${cifar}` : arg));
    const words = [join(root, 'packages/cli/bin/kestirme.mjs'), 'train', ...folder, '--out', out, '--force', '--quiet'];
    const { code, text } = await run(process.execPath, [...words, '--json'], { quiet: true });
    // Numbers that are not finite end a run: a result of its learning rate, too.
    if (code !== 0 && /not finite|NaN/.test(text))
      return { testAccuracy: null, failed: text.trim().split('\n').at(-1) };
    if (code !== 0) throw new ScriptError(`${words.join(' ')}\n${text}`);
    const { testAccuracy, weightsSha256 } = JSON.parse(text.slice(text.indexOf('{')));
    const metrics = readFileSync(join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { trainAccuracy, trainAccuracyMain } = metrics.at(-1);
    return { testAccuracy, trainAccuracy, trainAccuracyMain, weightsSha256 };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

export function readLines(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Several jobs at a time, each of one thread: bits do not depend on it, and two runs use two cores better than one. */
async function runAll(jobs, { file, parallel, cifar }) {
  const done = new Set(readLines(file).map(keyOf));
  const left = jobs.filter((one) => !done.has(keyOf(one)));
  let finished = jobs.length - left.length;
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const result = await train(next, cifar);
      appendFileSync(file, `${JSON.stringify({ ...next, ...result })}\n`);
      const shown = result.testAccuracy === null ? 'not finite' : `${(100 * result.testAccuracy).toFixed(1)} %`;
      console.log(`${++finished}/${jobs.length} ${keyOf(next)}: ${shown}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** The rate with the best held-out accuracy; of equals the smaller. */
function chosenRate(lines, network, arm) {
  const own = lines.filter(
    (line) =>
      line.part === 'choose' &&
      keyOf({ ...line, lr: 0, seed: 0 }) === keyOf({ ...arm, network, lr: 0, part: 'choose', seed: 0 }),
  );
  const best = own.toSorted((a, b) => (b.testAccuracy ?? -1) - (a.testAccuracy ?? -1) || a.lr - b.lr)[0];
  if (best === undefined) throw new ScriptError(`no held-out result of ${network}, ${arm.lambda}`);
  return best.lr;
}

async function study({ only, ...work }) {
  for (const name of only) {
    const arms = allArms().filter(networks[name].arms);
    await runAll(
      arms.flatMap((arm) => rates.map((lr) => job(name, arm, lr, 'choose', selectionSeed))),
      work,
    );
    const lines = readLines(work.file);
    const judged = seeds.flatMap((seed) =>
      arms.map((arm) => job(name, arm, chosenRate(lines, name, arm), 'judge', seed)),
    );
    await runAll(judged, work);
  }
}

async function repeat(number, { file, cifar }) {
  const line = readLines(file)[number - 1];
  if (line === undefined) throw new ScriptError(`${file} has no line ${number}`);
  const { weightsSha256 } = await train(line, cifar);
  const same = weightsSha256 === line.weightsSha256;
  console.log(
    `${keyOf(line)}\n${weightsSha256}\n${same ? 'the same weights' : `other weights than ${line.weightsSha256}`}`,
  );
  return same ? 0 : 1;
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    const { values } = parseArgs({
      options: {
        cifar: { type: 'string', default: process.env.KESTIRME_BENCH_DATA ?? join(root, '.data/cifar10') },
        only: { type: 'string', default: Object.keys(networks).join(',') },
        file: { type: 'string', default: join(root, 'docs/lambda.jsonl') },
        parallel: { type: 'string', default: '2' },
        table: { type: 'boolean', default: false },
        repeat: { type: 'string' },
      },
    });
    const only = values.only.split(',');
    const unknown = only.find((name) => !(name in networks));
    if (unknown !== undefined)
      throw new ScriptError(`--only: ${unknown} is not one of ${Object.keys(networks).join(', ')}`);
    if (values.table) return void console.log(studyTables(readLines(values.file)));
    await build();
    if (values.repeat !== undefined) return repeat(Number(values.repeat), values);
    await study({ ...values, only, parallel: Number(values.parallel) });
    console.log(studyTables(readLines(values.file)));
  });
}

/** What the library says of its options, in the words of the command line. */
import {
  buildModel,
  createInlineEngine,
  defaultNeuron,
  defaultTrainingOptions,
  NetworkBuilder,
  neuronProblems,
  type TrainingOptions,
  trainingOptionsProblems,
} from 'kestirme';
import { describe, expect, it } from 'vitest';
import { inFlags } from './libraryNames.js';
import { flagName } from './option.js';
import { trainOptions } from './table.js';

const flags = Object.keys(trainOptions).map(flagName);
const named = (message: string) => message.match(/--[a-z-]+/g) ?? [];

/** Every leaf of the options, by its path. */
function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, one]) => pathsOf(one, path === '' ? key : `${path}.${key}`));
}

const adam = { kind: 'adam', beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0 } as const;
const step = { kind: 'step', every: 1, factor: 0.1 } as const;
const paths = new Set([
  ...pathsOf(defaultTrainingOptions(), ''),
  ...pathsOf(defaultTrainingOptions({ optimizer: adam, schedule: step }), ''),
  ...pathsOf(defaultNeuron, 'network.layers.2.neuron'),
  ...['threads', 'memoryLimit', 'checkpointEvery.steps', 'heads', 'timeSteps', 'input.width', 'classes', 'mean.0'],
]);

it.each([...paths])('%s has a flag', (path) => {
  const message = inFlags(`\`${path}\``, trainOptions);
  expect(flags).toContain(named(message)[0]);
  expect(message).not.toContain('`');
});

it.each([
  ['optimizer.momentum', '--momentum'],
  ['optimizer.beta1', '--momentum'],
  ['optimizer.weightDecay', '--weight-decay'],
  ['optimizer.beta2', '--optimizer (beta2)'],
  ['schedule.every', '--schedule (every)'],
  ['network.layers.2.neuron.surrogate.width', '--surrogate (width)'],
  ['input.width', '--data (width)'],
  ['layers.0.outChannels', '`layers.0.outChannels`'],
  ['constructor', '`constructor`'],
])('%s is %s', (path, flag) => {
  expect(inFlags(`\`${path}\``, trainOptions)).toBe(flag);
});

describe('no option stays in the library’s words', () => {
  const ownWords = /`|batchSize|microBatch|warmupEpochs|clipNorm|weightDecay|memoryLimit|timeSteps|labelSmoothing/;

  it('of training options that are all wrong', () => {
    const wrong = (options: object) => options as TrainingOptions;
    const nothing = Object.fromEntries(Object.keys(defaultTrainingOptions()).map((key) => [key, null]));
    const optimizer = { kind: 'sgd', momentum: 0, nesterov: true, weightDecay: -1 };
    const all = [
      ...trainingOptionsProblems(wrong(nothing)),
      ...trainingOptionsProblems(wrong({ ...nothing, optimizer, schedule: { kind: 'step' } })),
      ...trainingOptionsProblems(wrong({ ...nothing, optimizer: { kind: 'adam' } })),
      ...trainingOptionsProblems(defaultTrainingOptions(), 1),
    ].map((problem) => inFlags(problem, trainOptions));
    expect(all.length).toBeGreaterThan(25);
    for (const problem of all) {
      expect(problem).not.toMatch(ownWords);
      expect(flags).toContain(named(problem)[0]);
    }
  });

  it('of neurons and heads', () => {
    const none = { kind: 'rectangle', width: 0 } as const;
    const problems = neuronProblems({ ...defaultNeuron, threshold: 1e-50, decay: 2, surrogate: none });
    expect(problems.map((problem) => named(inFlags(problem, trainOptions)))).toEqual([
      ['--decay'],
      ['--threshold'],
      ['--surrogate'],
    ]);
    let message = '';
    try {
      buildModel('resnet20', { heads: ['nowhere'] });
    } catch (error) {
      message = inFlags(String(error), trainOptions);
    }
    expect(message).toContain('--heads: there is no tap "nowhere"; there are stage1.block1');
  });

  it('of a network that does not fit into the memory', async () => {
    const input = { channels: 3, height: 32, width: 32 };
    const network = new NetworkBuilder({ input, timeSteps: 4, classes: 10 })
      .conv2d({ outChannels: 64, kernel: 3, padding: 1 })
      .lif()
      .build();
    const lambda = { preset: 'vanilla', ramp: 'linear', per: 'epoch', start: 1 } as const;
    const training = defaultTrainingOptions({ batchSize: 64, lambda });
    const request = { network, training, mean: [0, 0, 0], std: [1, 1, 1] };
    for (const [memoryLimit, advice] of [
      [2 ** 24, /a batch of \d+ \(--batch\), or the batch of 64 in micro-batches of \d+ \(--micro-batch\)$/],
      [2 ** 16, /or fewer than 4 time steps \(--time-steps\)$/],
    ] as const) {
      const engine = await createInlineEngine({ build: 'single', memoryLimit });
      const refusal = await engine.load(request).catch(String);
      await engine.close();
      const message = inFlags(String(refusal), trainOptions);
      expect(message).toContain('as asked for (--memory-limit)');
      expect(message).toMatch(advice);
      expect(message).not.toMatch(ownWords);
    }
  });
});

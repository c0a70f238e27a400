/** The options of the commands that train: one row each, from which everything else follows. */
import {
  lambdaSpecFor,
  losses,
  methods,
  modelNames,
  neuronNames,
  norms,
  penalties,
  residualNames,
  surrogates,
} from 'kestirme';
import { checkModel } from '../models/names.js';
import { recipeNames } from '../recipes/index.js';
import {
  checkCheckpointInterval,
  checkHeads,
  checkLambda,
  checkModelOptions,
  checkSha256,
  checkWidths,
  lambdaText,
} from './composite.js';
import { dataOptions } from './dataOptions.js';
import { wholePath } from './home.js';
import { checkLoss, checkNeuron, checkNorm, checkPenalty, checkSurrogate, kindsHelp } from './kinds.js';
import { optimizerOptions } from './optimizerTable.js';
import { option, optional } from './option.js';
import { bytes, choice, flag, list, number, path, text } from './types.js';
import { viewOptions } from './viewOptions.js';

/** More than any machine has. */
const LARGEST_MEMORY = 2 ** 50;

const share = { min: 0, max: 1 };
const whole = (min: number, max: number) => number({ min, max, integer: true });
const network = { group: 'Network' };
const neuron = { group: 'Neurons' };
const method = { group: 'Method' };
const training = { group: 'Training' };
const machine = { group: 'Machine' };
const output = { group: 'Output', commandLineOnly: true };

export const seedType = whole(0, 2 ** 32 - 1);
export const methodType = choice(methods);
const usualEvolution = lambdaText(lambdaSpecFor('evolution'));
const lambdaForm = 'PRESET[,RAMP[,epoch|iteration[,START]]]';

const timeStepsType = whole(1, 64);

export const networkOptions = {
  width: option(number({ min: 0.015625, max: 16 }), 1, 'Factor on the number of channels', network),
  stem: option(
    choice(['cifar', 'strided', 'imagenet']),
    'cifar',
    'First layers: 3x3 convolution, 3x3 with stride 2, or 7x7 and pooling',
    network,
  ),
  residual: optional(
    choice(residualNames),
    'Residual connections of a ResNet: a sum of currents before the neurons, or of spikes behind them',
    { ...network, defaultText: 'standard' },
  ),
  timeSteps: option(timeStepsType, 2, 'Time steps T that a network runs for each image', {
    ...network,
    aliases: ['T'],
  }),
  widths: optional(text('N,N', '', checkWidths), 'Neurons of each hidden layer of mlp', {
    ...network,
    defaultText: '1000',
  }),
  modelOptions: optional(
    text('KEY=VALUE,...', '', checkModelOptions),
    'For the function of a --model FILE: numbers, true, false, text',
    network,
  ),
  heads: optional(text('WHERE', 'none | stages | blocks | all | tap,tap', checkHeads), 'Shortcut heads', {
    ...network,
    defaultText: "stages; all taps of mlp and a file's network; none for vanilla",
  }),
  neuron: option(
    text('KIND[:OPTION=VALUE,...]', neuronNames.join(' | '), checkNeuron),
    'lif',
    'Kind of the neurons, see `kestirme zoo neurons`; options behind it go before those below, whose defaults are of a lif',
    neuron,
  ),
  decay: option(number(share), 0.25, 'Membrane decay per time step', neuron),
  threshold: option(
    number({ min: 0, max: 100, above: true }),
    0.5,
    'A neuron fires above this membrane potential',
    neuron,
  ),
  reset: option(choice(['hard', 'soft']), 'hard', 'After a spike: to zero, or down by the threshold', neuron),
  detachReset: option(flag, false, 'No gradient through the reset', neuron),
  decayInput: option(flag, false, 'Scale the input by 1 - decay', neuron),
  surrogate: option(
    text('KIND[:N]', kindsHelp(surrogates), checkSurrogate),
    'rectangle:1',
    "Derivative in place of the step function's",
    neuron,
  ),
  norm: option(
    text('KIND[:OPTION=VALUE,...]', norms.map(({ name }) => name).join(' | '), checkNorm),
    'bn',
    'Normalisation of the currents: over all time steps, scaled to the threshold, or by a factor for each step',
    network,
  ),
};

export const modelType = text('NAME|FILE', `${modelNames.join(' | ')} | FILE.mjs`, checkModel);

/** Shared by `train` and `compare`, beside data and network. */
export const commonTrainingOptions = {
  combine: option(
    choice(['logits', 'losses']),
    'logits',
    'One loss on the weighted logits, or weighted losses',
    method,
  ),
  encode: option(
    choice(['direct', 'rate']),
    'direct',
    'Repeat the image each time step, or draw spikes from it',
    method,
  ),
  epochs: option(whole(1, 100_000), 10, 'Passes over the training images', training),
  batch: option(whole(1, 65_536), 50, 'Images per step', training),
  microBatch: optional(
    whole(1, 65_536),
    'Images in memory at once, normalised by themselves; the gradients of a batch add up over them',
    {
      ...training,
      defaultText: 'the batch',
    },
  ),
  ...optimizerOptions,
  loss: option(
    text('KIND[:N]', kindsHelp(losses), checkLoss),
    'cross-entropy',
    'How far logits are from the answers',
    training,
  ),
  penalty: option(
    text('KIND[:OPTION=VALUE,...]', `none | ${kindsHelp(penalties)}`, checkPenalty),
    'none',
    'What the loss has besides: for firing rates other than a target',
    training,
  ),
  labelSmoothing: option(number(share), 0, 'Share of the target spread over all classes', training),
  clip: option(number({ min: 0, max: Infinity }), 0, 'Largest L2 norm of the gradient; 0: no clipping', training),
  patience: option(
    whole(0, 1_000_000),
    0,
    'Ends the run when so many epochs in a row were no better on the images of --validation; 0: never',
    training,
  ),
  threads: optional(whole(1, 64), 'Threads that compute; the results do not depend on them', {
    ...machine,
    defaultText: 'KESTIRME_THREADS, else the cores, at most 8',
  }),
  memoryLimit: optional(bytes({ min: 2 ** 20, max: LARGEST_MEMORY, integer: true }), 'Refuse a larger memory plan', {
    ...machine,
    defaultText: 'what the kernels can address, 4GiB in WebAssembly',
  }),
  checkpointEvery: option(
    text('INTERVAL', 'Nepochs | Nmin | Nsteps, joined by commas', checkCheckpointInterval),
    '1epoch,10min',
    'Between checkpoints, of which the last two are kept',
    machine,
  ),
};

/** Of the machine alone: no run remembers it, so that it goes on wherever it is taken. */
export const cacheOptions = {
  cache: optional(path('DIR'), 'Where decoded images and frames of recordings are kept', {
    ...machine,
    commandLineOnly: true,
    defaultText: "KESTIRME_CACHE, else the user's folder for caches",
  }),
};

/** As above. */
export const engineOptions = {
  backend: optional(
    choice(['auto', 'native', 'wasm']),
    'Native kernels, WebAssembly, or native where they run; same bits',
    {
      ...machine,
      commandLineOnly: true,
      defaultText: 'KESTIRME_BACKEND, else auto',
    },
  ),
};

export const outputOptions = {
  quiet: option(flag, false, 'No progress', output),
  json: option(flag, false, 'The result as JSON on standard output', output),
};

/** Options of the commands that a signal ends with a checkpoint. */
export const signalOptions = {
  ignoreHangup: optional(flag, 'Go on when the terminal closes (SIGHUP); without it, a checkpoint and the end', {
    ...machine,
    commandLineOnly: true,
    defaultText: 'off; on where nohup is recognised',
  }),
};

export const configOption = {
  config: optional(path('FILE'), 'Options from a JSON or YAML file; the command line goes before it', output),
};

export const folderOptions = {
  out: optional(path('DIR'), 'Folder for what the command writes', { group: 'Output', defaultText: 'runs/...' }),
  resume: option(flag, false, 'Go on in the folder of --out', output),
  force: option(flag, false, 'Replace the run that the folder of --out holds', output),
};

const recorded = { group: 'Recorded by a run', defaultText: 'what there is' };

/** Options that a run writes into its config.json, so that the file gives the same run again or is refused. */
const recordedOptions = {
  networkSha256: optional(text('SHA256', '', checkSha256), 'The network that a --model FILE has to build', recorded),
  initSha256: optional(text('SHA256', '', checkSha256), 'The weights that --init-from has to give', recorded),
  epochsBefore: optional(
    list(whole(1, 100_000)),
    'Epochs that the run was to have before it was given more: schedules follow them until then',
    { ...recorded, defaultText: 'none' },
  ),
};

const recipeOption = {
  recipe: optional(
    choice(recipeNames),
    'The setting of a paper, see `kestirme zoo recipes`; other options go before it',
    {
      group: 'Recipe',
    },
  ),
};

export const trainOptions = {
  ...recipeOption,
  ...dataOptions,
  model: option(modelType, 'resnet20', 'Network, or a file whose function builds one', network),
  ...networkOptions,
  ...commonTrainingOptions,
  method: option(methodType, 'evolution', 'How the shortcut heads take part', method),
  lambda: optional(text(lambdaForm, '', checkLambda), 'Balance of the heads over time', {
    ...method,
    defaultText: `by method; evolution: ${usualEvolution}`,
  }),
  seed: option(seedType, 0, 'Of weights, order and augmentation', training),
  initFrom: optional(
    text('RUN|FILE', '', wholePath),
    'Weights to begin with, of a run or a .safetensors file, as far as they fit',
    {
      ...training,
      defaultText: 'drawn by the seed',
    },
  ),
  ...recordedOptions,
  ...cacheOptions,
  ...engineOptions,
  ...signalOptions,
  ...viewOptions,
  ...configOption,
  ...folderOptions,
  ...outputOptions,
};

export const compareOptions = {
  ...recipeOption,
  ...dataOptions,
  models: option<string[]>(list(modelType), ['resnet20'], 'Networks to compare', { ...network, aliases: ['model'] }),
  ...networkOptions,
  timeSteps: option(list(timeStepsType), [2], 'Time steps T that each network runs for each image', {
    ...network,
    aliases: ['T'],
  }),
  ...commonTrainingOptions,
  methods: option(list(methodType), [...methods], 'Methods to compare', method),
  lambda: optional(text(lambdaForm, '', checkLambda), "Evolution's balance of the heads over time", {
    ...method,
    defaultText: usualEvolution,
  }),
  seeds: option(list(seedType), [0], 'A run of each network, T and method for each seed', training),
  ...cacheOptions,
  ...engineOptions,
  ...signalOptions,
  ...viewOptions,
  ...configOption,
  ...folderOptions,
  ...outputOptions,
};

/** How weights change in a step: rows of the options of every command that trains. */
import { checkSchedule } from './composite.js';
import { option } from './option.js';
import { choice, number, text } from './types.js';

const training = { group: 'Training' };

export const optimizerOptions = {
  optimizer: option(choice(['sgd', 'nesterov', 'adam', 'adamw']), 'sgd', 'Update rule', training),
  lr: option(number({ min: 0, max: 1000, above: true }), 0.1, 'Peak learning rate', training),
  momentum: option(number({ min: 0, max: 1 }), 0.9, "Momentum of sgd and nesterov, adam's first beta", training),
  weightDecay: option(number({ min: 0, max: 100 }), 1e-4, 'Weight decay', training),
  decayOn: option(
    choice(['weights', 'all']),
    'weights',
    'What decays: weights of convolutions and fully connected layers, or biases and normalisations, too',
    training,
  ),
  schedule: option(
    text('RULE', 'cosine | constant | step:EVERY:FACTOR | cosine-restarts:EVERY[:TIMES]', checkSchedule),
    'cosine',
    'How the learning rate falls; EVERY in epochs, each cosine TIMES as long as the one before',
    training,
  ),
  warmup: option(number({ min: 0, max: 100_000 }), 0, 'Epochs over which the learning rate first rises', training),
  ema: option(
    number({ min: 0, max: 0.9999999 }),
    0,
    'Decay of a moving average of the weights, which is evaluated in their place; 0: none',
    training,
  ),
};

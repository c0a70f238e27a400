import { describe, expect, it } from 'vitest';
import { nearest, suggestion } from './nearest.js';

const options = 'optimizer epochs batch micro-batch momentum stem seed surrogate reset resume weight-decay'.split(' ');

describe('nearest', () => {
  it.each([
    ['epcohs', 'epochs'],
    ['epoch', 'epochs'],
    ['Seed', 'seed'],
    ['sed', 'seed'],
    ['esed', 'seed'],
    ['weightdecay', 'weight-decay'],
    ['weigth_decay', 'weight-decay'],
    ['momentm', 'momentum'],
  ])('knows the slip %s of %s', (word, meant) => {
    expect(nearest(word, options)).toBe(meant);
  });

  it.each([
    ['optim', 'optimizer'],
    ['surr', 'surrogate'],
    ['mom', 'momentum'],
  ])('knows what %s begins: %s', (word, meant) => {
    expect(nearest(word, options)).toBe(meant);
  });

  it.each([
    ['atan', ['rectangle', 'tanh']],
    ['sigmoid', ['rectangle', 'tanh']],
    ['tet', ['stem', 'seed', 'heads', 'reset']],
    ['cifar10-dvs', ['builtin', 'mnist', 'cifar10', 'cifar100']],
    ['cifar', ['builtin', 'mnist', 'cifar10', 'cifar100']],
    ['cifar20', ['builtin', 'mnist', 'cifar10', 'cifar100']],
    ['fmnist', ['builtin', 'mnist', 'cifar10', 'cifar100']],
    ['resnet50', ['resnet18', 'resnet19', 'resnet20', 'resnet34']],
    ['vgg16', ['resnet18', 'resnet19', 'resnet20', 'resnet34']],
    ['adamax', ['sgd', 'nesterov', 'adam', 'adamw']],
    ['tau', ['decay', 'threshold', 'reset', 'detachReset', 'decayInput', 'surrogate']],
    ['res', ['reset', 'resume']],
    ['re', ['reset']],
    ['x'.repeat(65), ['x'.repeat(64)]],
    ['', ['a']],
  ])('takes %s for none of %j', (word, candidates) => {
    expect(nearest(word, candidates)).toBeUndefined();
    expect(suggestion(word, candidates)).toBe(`; there are ${candidates.join(', ')}`);
  });

  it('lists no more than one can read', () => {
    const taps = Array.from({ length: 50 }, (_, i) => `tap${i}`);
    expect(suggestion('nowhere', taps)).toMatch(/^; there are tap0, .*, tap19 and 30 more$/);
  });
});

import { describe, expect, it } from 'vitest';
import {
  checkCheckpointInterval,
  checkData,
  checkHeads,
  checkLambda,
  checkLimit,
  checkSchedule,
  parseCheckpointInterval,
} from './composite.js';
import { bytes, number } from './types.js';

describe('composite values', () => {
  it('come out in their usual form', () => {
    expect(checkSchedule('step:30:.1')).toBe('step:30:0.1');
    expect(checkLambda('evo-rise,exp10')).toBe('evo-rise,exp10,epoch,0.25');
    expect(checkLambda('evo-decay,cosine,iteration,.5')).toBe('evo-decay,cosine,iteration,0.5');
    expect(checkLimit('all')).toBe('all');
    expect(checkCheckpointInterval('1e3step, 1epochs ,.5min')).toBe('1epoch,0.5min,1000steps');
    expect(parseCheckpointInterval('1epoch,10min,3steps')).toEqual({ epochs: 1, seconds: 600, steps: 3 });
    expect(checkData('cifar10:/a/../b')).toBe('cifar10:/b');
    expect(checkData('mnist')).toMatch(/^mnist:.*mnist$/);
  });

  it.each([
    [() => checkSchedule('step:30'), 'step:EVERY:FACTOR'],
    [() => checkSchedule('cosine:1'), 'takes nothing behind a colon'],
    [() => checkLambda('sbp,linear'), 'constant and takes no ramp'],
    [() => checkLambda('evo-decay,geometric'), 'geometric'],
    [() => checkLambda('evo-rise,geometric,epoch,0'), 'above 0'],
    [() => checkLambda('evo-rise,linear,epoch,1.5'), 'at most 1'],
    [() => checkHeads('stages,stage1'), 'stands alone'],
    [() => checkHeads('stage1,,stage2'), 'empty tap name'],
    [() => checkLimit('5'), 'TRAIN,TEST'],
    [() => checkLimit('0,5'), 'from 1'],
    [() => checkCheckpointInterval('200'), "'200' is not of the form 2epochs, 10min or 500steps"],
    [() => checkCheckpointInterval('1epoch,'), "'' is not of the form"],
    [() => checkCheckpointInterval('0steps'), '0 is not a whole number from 1'],
    [() => checkCheckpointInterval('1.5epochs'), 'is not a whole number'],
    [() => checkCheckpointInterval('1.2.3min'), "'1.2.3' is not a number"],
    [() => checkCheckpointInterval('1min,2min'), 'has min twice'],
    [() => checkData('builtin:x'), 'takes no directory'],
    [() => checkData('cifar10:'), 'lacks the directory'],
    [() => checkData('cifra10'), "did you mean 'cifar10'?"],
    [() => bytes({ min: 1, max: 2 ** 32 }).fromText('8GiB'), 'the nearest valid value is 4294967296'],
    [() => bytes({ min: 1, max: 2 ** 32 }).fromText('8 apples'), 'is not a size'],
    [() => bytes({ min: 1, max: 2 ** 32 }).fromText('1toString'), 'is not a size'],
    [() => number({ min: 0, max: 1 }).fromText(''), 'is not a number'],
  ])('%s is refused', (read, message) => {
    expect(read).toThrow(message);
  });
});

import { surrogates } from 'kestirme';
import { describe, expect, it } from 'vitest';
import {
  checkLoss,
  checkNeuron,
  checkNorm,
  checkPenalty,
  checkSurrogate,
  kindsHelp,
  parseLoss,
  parseNeuron,
  parseNorm,
  parsePenalty,
  parseSurrogate,
} from './kinds.js';

describe('a kind and its options', () => {
  it.each([
    ['tanh', 'tanh:3'],
    ['rectangle:.5', 'rectangle:0.5'],
    ['fast-sigmoid', 'fast-sigmoid:25'],
    ['atan:alpha=3', 'atan:3'],
  ])('%s comes out as %s', (text, usual) => {
    expect(checkSurrogate(text)).toBe(usual);
    expect(checkSurrogate(usual)).toBe(usual);
  });

  it.each([
    ['bn', 'bn'],
    ['bn:momentum=0.1', 'bn'],
    ['tdbn:alpha=2,eps=1e-5', 'tdbn:alpha=2'],
    ['tebn:1e-4', 'tebn:eps=0.0001'],
  ])('of norms, %s comes out as %s, with what is not as usual', (text, usual) => {
    expect(checkNorm(text)).toBe(usual);
    expect(parseNorm(usual)).toEqual(parseNorm(text));
  });

  it.each([
    ['plif', 'plif'],
    ['plif:reset=soft,decay=0.5', 'plif:decay=0.5,reset=soft'],
    ['if:0.25', 'if:threshold=0.25'],
  ])('of neurons, %s comes out as %s: what is given, for others stand beside it', (text, usual) => {
    expect(checkNeuron(text)).toBe(usual);
    expect(parseNeuron(usual)).toEqual(parseNeuron(text));
  });

  it('are what a specification has', () => {
    expect(parseSurrogate('piecewise-exponential:1.5')).toEqual({ kind: 'piecewise-exponential', alpha: 1.5 });
    expect(parseSurrogate('rectangle:1')).toEqual({ kind: 'rectangle', width: 1 });
  });

  it('may be several, or none', () => {
    expect(checkLoss('cross-entropy')).toBe('cross-entropy');
    expect(checkLoss('mse:incorrect=.1')).toBe('mse:correct=1,incorrect=0.1');
    expect(checkLoss('mse:correct=1,incorrect=0.1')).toBe('mse:correct=1,incorrect=0.1');
    expect(parseLoss('mse:0.8')).toEqual({ kind: 'mse', correct: 0.8, incorrect: 0 });
    expect(() => checkSurrogate('rectangle:1:2')).toThrow('more than one colon');
    expect(checkLoss('cross-entropy:smoothing=0')).toBe('cross-entropy');
    expect(checkLoss('cross-entropy:smoothing=.1')).toBe('cross-entropy:smoothing=0.1');
    expect(parseLoss('cross-entropy')).toEqual({ kind: 'cross-entropy' });
    expect(parseLoss('tet:lambda=0.05,smoothing=0.1')).toEqual({ kind: 'tet', lambda: 0.05, phi: 1, smoothing: 0.1 });
    expect(() => checkLoss('cross-entropy:1')).toThrow('from 0 to 0.999');
    expect(checkPenalty('none')).toBe('none');
    expect(checkPenalty('firing-rate:target=.2')).toBe('firing-rate:strength=0.1,target=0.2');
    expect(parsePenalty('firing-rate:2')).toEqual({ kind: 'firing-rate', strength: 2, target: 0.1 });
  });

  it.each([
    ['rectangle:0', 'above 0'],
    ['tan', "did you mean 'tanh'?"],
    ['tanh:1:2', 'more than one colon'],
    ['erf:0', 'from 0.001 to 1000'],
    ['erf:beta=1', "'beta' is not one of alpha"],
    ['erf:1,alpha=2', 'has alpha twice'],
  ])('%s is refused', (text, message) => {
    expect(() => parseSurrogate(text)).toThrow(message);
  });

  it('stand in the help', () => {
    expect(kindsHelp(surrogates)).toContain('rectangle:WIDTH | tanh:SHARPNESS | triangle:WIDTH |');
  });
});

import type { Method } from 'kestirme';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from './record.js';
import { sampleRun } from './sample.test.support.js';
import { story } from './story.js';

const run = (method: Method, accuracy: number): RunRecord =>
  sampleRun({ accuracy, config: { method, model: 'resnet32', limit: '3000,1000' } });
const told = (...runs: RunRecord[]) => story(runs);

describe('what happened, in words', () => {
  it('says who only guesses, who learns and who is left behind', () => {
    const text = told(run('vanilla', 0.1), run('shortcut', 0.2), run('evolution', 0.85));
    expect(text).toContain('this network has 32 layers');
    expect(text).toContain('it only guesses: 10.00 % right, of 10 classes');
    expect(text).toContain('and the same network reaches 85.00 %');
    expect(text).toContain("leave the network's own output behind: 20.00 %");
    expect(text).toMatch(/All this took .+ of training\.$/);
  });

  it('says when it is otherwise', () => {
    const text = told(run('vanilla', 0.7), run('shortcut', 0.8), run('evolution', 0.6));
    expect(text).toContain('it is right on 70.00 % of the test images');
    expect(text).toContain('but this time the same network reaches only 60.00 %');
    expect(text).not.toContain('behind');
  });

  it('takes what chance gives for guessing: two standard errors, 1.9 points of 1,000 images', () => {
    expect(told(run('vanilla', 0.118), run('evolution', 0.5))).toContain('only guesses');
    expect(told(run('vanilla', 0.12), run('evolution', 0.5))).not.toContain('only guesses');
  });

  it('has nothing to tell of one method alone', () => {
    expect(told(run('vanilla', 0.1))).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../config/resolvedConfig.js';
import { Progress } from '../terminal/progress.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { RunFolder } from './folder.js';
import { buildNetwork } from './network.js';
import { Pace, type Place } from './pace.js';
import { sampleConfig } from './sample.test.support.js';
import { TimeEstimate } from './timeEstimate.js';

describe('the estimate of the time for all runs', () => {
  const runs = [
    { kind: 'small', work: 1, epochs: 4 },
    { kind: 'large', work: 3, epochs: 4 },
    { kind: 'small', work: 1, epochs: 2 },
  ];

  it('takes what is not measured in proportion to its work, and what is as it was', () => {
    const estimate = new TimeEstimate(runs);
    expect([estimate.seconds, estimate.unmeasured, estimate.kinds]).toEqual([null, 2, 2]);
    estimate.epoch(0, 10);
    expect([estimate.seconds, estimate.unmeasured, estimate.runs]).toEqual([3 * 10 + 4 * 30 + 2 * 10, 1, 3]);
    estimate.epoch(1, 50);
    expect([estimate.seconds, estimate.unmeasured]).toEqual([3 * 10 + 3 * 50 + 2 * 10, 0]);
    estimate.epoch(0, 20);
    expect(estimate.seconds).toBe(2 * 15 + 3 * 50 + 2 * 15);
  });

  it('counts an epoch whose beginning was not seen, but does not measure it', () => {
    const estimate = new TimeEstimate(runs);
    estimate.epoch(2, null);
    estimate.epoch(2, null);
    expect([estimate.seconds, estimate.runs]).toEqual([null, 2]);
    estimate.epoch(0, 1);
    expect(estimate.seconds).toBe(3 + 4 * 3);
  });

  it('takes the measured kind that is nearest in work', () => {
    const estimate = new TimeEstimate([...runs, { kind: 'largest', work: 6, epochs: 1 }]);
    estimate.epoch(0, 10);
    estimate.epoch(1, 60);
    expect(estimate.seconds).toBe(3 * 10 + 3 * 60 + 2 * 10 + 120);
  });
});

describe('the pace of a comparison', () => {
  const info = { name: 'builtin', channels: 1, height: 8, width: 8, classes: 10 } as never;
  const place = (changes: Partial<ResolvedConfig>, epochsDone = 0): Place => {
    const config = sampleConfig({ epochs: 2, method: 'vanilla', lambda: 'vanilla', heads: 'none', ...changes });
    const network = { network: buildNetwork(config, info), file: null };
    return { config, network, folder: new RunFolder('none'), finished: epochsDone === 2, epochsDone };
  };

  function paceOf(places: Place[]) {
    const terminal = new Recorder();
    const clock = { seconds: 0 };
    const progress = new Progress(terminal);
    return { clock, terminal, pace: new Pace(places, { news: progress, now: () => clock.seconds }) };
  }

  it('says beforehand what there is to do', () => {
    const places = ['resnet20', 'resnet32'].flatMap((model) =>
      [0, 1, 2].map((seed) => place({ model, seed }, seed === 0 ? 2 : 0)),
    );
    expect(paceOf(places).pace.plan).toBe(
      '6 runs: 2 networks x 1 T x 1 method x 3 seeds, 2 epochs each; 2 of them finished already',
    );
  });

  it('estimates after the first epoch of each kind, but not by a short first one', () => {
    const places = [place({ seed: 0 }), place({ timeSteps: 4 }), place({ seed: 1, timeSteps: 4 })];
    const [first, second] = places;
    if (first === undefined || second === undefined) throw new Error('there are three');
    const { clock, terminal, pace } = paceOf(places);
    const epoch = (of: Place, seconds: number) => {
      clock.seconds += seconds;
      pace.epoch(of);
      return terminal.errors;
    };
    pace.begin(false);
    expect(epoch(first, 4)).toBe('');
    // Twice the time steps, twice the work.
    expect(epoch(first, 1)).toBe(
      'about 8 s for the 2 runs that are left; of 1 kinds of run, 1 not timed yet: guessed from their multiplications\n',
    );
    pace.begin(true);
    const before = terminal.errors;
    expect(epoch(second, 9)).toBe(before);
    expect(epoch(second, 3)).toBe(before);
  });

  it('tells nothing more for the last run', () => {
    const places = [place({})];
    const { clock, terminal, pace } = paceOf(places);
    pace.begin(false);
    clock.seconds = 100;
    for (const one of places) pace.epoch(one);
    expect(terminal.errors).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { fastestPeer, Interrupted, type Performer, perform, type ReadyRun } from './perform.js';
import { planItem } from './plan.js';
import type { Run } from './results.js';
import { sampleItem, sampleMeasured, sampleSettings } from './sample.test.support.js';

const plan = planItem(sampleItem('r20-infer'), { settings: { ...sampleSettings, pairs: 2 }, cores: 2 });
const speeds: Record<string, number> = { ours: 9, PyTorch: 2, 'PyTorch compiled': 4, SpikingJelly: 3, snnTorch: 1 };

function performer(fails: (run: ReadyRun) => boolean = () => false, changes: Partial<Performer> = {}): Performer {
  return {
    interrupted: () => false,
    async run(run) {
      if (fails(run)) throw new Error(`${run.side} cannot`);
      return { measured: sampleMeasured(speeds[run.side] ?? 1) };
    },
    ...changes,
  };
}

describe('perform', () => {
  it('measures against the peer that was the fastest', async () => {
    const runs: Run[] = [];
    await perform(plan, performer(), runs);
    expect(fastestPeer(runs)).toBe('PyTorch compiled');
    const measured = runs.filter(({ part }) => part === 'measure').map(({ side }) => side);
    expect(measured).toEqual(['PyTorch compiled', 'ours', 'ONNX Runtime', 'ONNX Runtime', 'ours', 'PyTorch compiled']);
  });

  it('notes a peer that fails, chooses among the others and does not try it again', async () => {
    const runs: Run[] = [];
    await perform(
      plan,
      performer(({ side }) => side === 'PyTorch compiled' || side === 'ONNX Runtime'),
      runs,
    );
    expect(fastestPeer(runs)).toBe('SpikingJelly');
    const failed = runs.filter((run) => run.failed !== undefined).map(({ side, failed: why }) => [side, why]);
    expect(failed).toEqual([
      ['PyTorch compiled', 'PyTorch compiled cannot'],
      ['ONNX Runtime', 'ONNX Runtime cannot'],
    ]);
  });

  it('still measures ours when no peer can run', async () => {
    const runs: Run[] = [];
    await perform(
      plan,
      performer(({ side }) => side !== 'ours'),
      runs,
    );
    expect(fastestPeer(runs)).toBeUndefined();
    expect(runs.filter(({ part, side }) => part === 'measure' && side === 'ours')).toHaveLength(2);
  });

  it('rejects when ours fails, and keeps what was done', async () => {
    const runs: Run[] = [];
    const late = performer(({ side, part }) => side === 'ours' && part === 'measure');
    await expect(perform(plan, late, runs)).rejects.toThrow('ours cannot');
    expect(runs.length).toBeGreaterThan(0);
  });

  it('does not blame a peer for an interruption', async () => {
    const runs: Run[] = [];
    let stopped = false;
    const stopping = performer(
      ({ side }) => {
        stopped = side === 'SpikingJelly';
        return stopped;
      },
      { interrupted: () => stopped },
    );
    await expect(perform(plan, stopping, runs)).rejects.toThrow(Interrupted);
    expect(runs.every(({ failed }) => failed === undefined)).toBe(true);
  });

  it('tells after each run which one of the plan it was', async () => {
    const ended: number[] = [];
    const onEnd: Performer['onEnd'] = (planned) => ended.push(plan.indexOf(planned));
    await perform(
      plan,
      performer(() => false, { onEnd }),
      [],
    );
    expect(ended).toEqual(plan.map((_, index) => index));
  });
});

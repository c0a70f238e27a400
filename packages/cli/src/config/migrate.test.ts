import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sampleConfig } from '../run/sample.test.support.js';
import { migrateConfig } from './migrate.js';
import { unpackOldRun } from './oldRuns.test.support.js';

const root = mkdtempSync(join(tmpdir(), 'kestirme-migrate-'));
afterAll(() => rmSync(root, { recursive: true }));

describe('migrateConfig', () => {
  it.each([1, 2] as const)('of schema %i leaves no option to a default, which may change', (schema) => {
    const dir = unpackOldRun(schema, join(root, String(schema)));
    const old = JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'));
    const now = migrateConfig(old, 'f');
    // An option that is missing here is new: say in migrate.ts what runs of before had. Theirs all had a memory limit.
    expect(Object.keys(now).sort()).toEqual(Object.keys(sampleConfig({ memoryLimit: 2 ** 32 })).sort());
    expect(now).toMatchObject({ schema: 3, neuron: 'lif', norm: 'bn', validation: 0, lr: old.lr, lambda: old.lambda });
  });

  it('knows the steps between checkpoints of the first schema', () => {
    const every = (checkpointEvery: unknown) => migrateConfig({ schema: 1, checkpointEvery }, 'f').checkpointEvery;
    expect([0, 1, 200, '5steps'].map(every)).toEqual(['1epoch', '1epoch,1step', '1epoch,200steps', '5steps']);
  });

  it('knows the augmentation that was on or off', () => {
    const augment = (given: unknown) => migrateConfig({ schema: 2, augment: given }, 'f').augment;
    expect([true, false, 'flip'].map(augment)).toEqual(['standard', 'none', 'flip']);
  });

  it('makes lists of the one network and T of a comparison', () => {
    const comparison = { schema: 2, methods: ['vanilla'], seeds: [0] };
    expect(migrateConfig({ ...comparison, model: 'plain20', timeSteps: 4 }, 'f')).toMatchObject({
      models: ['plain20'],
      timeSteps: [4],
    });
    const now = { ...comparison, schema: 3, models: ['plain20', 'resnet20'], timeSteps: [4, 2] };
    const unwritten = { neuron: 'lif', norm: 'bn', loss: 'cross-entropy', validation: 0 };
    expect(migrateConfig(now, 'f')).toEqual({ ...now, ...unwritten });
    expect(migrateConfig({ ...now, model: 'plain20' }, 'f')).toHaveProperty('model');
  });

  it('leaves alone what is written by hand, and keeps what has a value', () => {
    expect(migrateConfig({ lr: 1, checkpointEvery: 5 }, 'f')).toEqual({ lr: 1, checkpointEvery: 5 });
    expect(migrateConfig({ schema: 2, neuron: 'plif', validation: 7 }, 'f')).toMatchObject({
      neuron: 'plif',
      validation: 7,
    });
  });
});

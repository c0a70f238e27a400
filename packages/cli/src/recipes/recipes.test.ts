/** Recipes: what they set, what goes before them, and that runs say where they depart. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel } from 'kestirme';
import { afterAll, describe, expect, it } from 'vitest';
import { runProgram } from '../app.js';
import { resolveTraining } from '../config/resolve.js';
import { parseDataOptions } from '../options/composite.js';
import type { Values } from '../options/option.js';
import { merge } from '../options/parse.js';
import { trainOptions } from '../options/table.js';
import { buildNetwork, trainingOptions } from '../run/network.js';
import { Recorder } from '../terminal/recorder.test.support.js';
import { recipeOf } from './departures.js';
import { recipes } from './index.js';
import { recipeLayer } from './layer.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-recipes-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]) {
  const terminal = new Recorder({});
  const code = await runProgram(argv, terminal);
  return { code, out: terminal.output, err: terminal.errors };
}

function configOf(name: string) {
  const { values, origin } = merge(trainOptions, [recipeLayer(trainOptions, { recipe: name })]);
  return resolveTraining({ ...(values as Values<typeof trainOptions>), recipe: name }, origin);
}

const sizes: Record<string, Parameters<typeof buildNetwork>[1]> = {
  cifar10: { channels: 3, height: 32, width: 32, classes: 10 },
  cifar100: { channels: 3, height: 32, width: 32, classes: 100 },
  imagenet: { channels: 3, height: 224, width: 224, classes: 1000 },
  'cifar10-dvs': { channels: 2, height: 48, width: 48, frames: 10, classes: 10 },
  'dvs-gesture': { channels: 2, height: 128, width: 128, frames: 16, classes: 11 },
};

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))('%s', (name, { values }) => {
  it('is a run that can be: its options, its network, its training', () => {
    const config = configOf(name);
    const network = buildNetwork(config, sizes[config.data.split(':')[0] as string] as (typeof sizes)[string]);
    expect(() => trainingOptions(config, network.heads.length)).not.toThrow();
    expect(buildModel(config.model, {}).name).toBe(config.model);
    expect(() => parseDataOptions(config.data, config.dataOptions)).not.toThrow();
    for (const key of Object.keys(values)) expect(Object.keys(trainOptions)).toContain(key);
  });

  it('has what it says in its configuration, and does not depart from itself', () => {
    const config = configOf(name);
    expect(recipeOf(config)).toMatchObject({ recipe: { name }, departures: [] });
    for (const [key, { value, source }] of Object.entries(values)) {
      expect(source).not.toBe('');
      if (typeof value === 'number') expect(config[key as keyof typeof config] ?? 0, key).toBe(value);
    }
  });
});

describe('a run by a recipe', () => {
  const small = ['--data', 'builtin', '--limit', '40,20', '--model', 'mlp', '--widths', '8,8', '--stem', 'cifar'];
  const less = ['--T', '1', '--epochs', '1', '--batch', '20', '--threads', '1'];
  const dir = join(folder, 'run');

  it('takes what nobody else gives from it, and says where it departs', async () => {
    const { code, err } = await run(
      'train',
      '--recipe',
      'mpbn-cifar10',
      ...small,
      ...less,
      '--no-augment',
      '--out',
      dir,
    );
    expect(err).toContain('recipe mpbn-cifar10: Guo et al. 2023');
    expect(err).toContain('not as published: the program reports its best test epoch');
    expect(err).toMatch(/this run departs from it: .*data builtin in place of cifar10/);
    expect(err).toMatch(/epochs 1 in place of 400/);
    expect(err).not.toMatch(/departs from it: .*(momentum|neuron|surrogate|microBatch)/);
    expect(code).toBe(0);
    expect(JSON.parse(readFileSync(join(dir, 'config.json'), 'utf8'))).toMatchObject({
      ...{ recipe: 'mpbn-cifar10', neuron: 'mpbn', surrogate: 'tanh:3', lr: 0.1, batch: 20, epochs: 1, model: 'mlp' },
    });
    const report = readFileSync(join(dir, 'report.html'), 'utf8');
    expect(report.includes('Options of mpbn-cifar10')).toBe(true);
    expect(report.includes('models/spike_layer.py')).toBe(true);
  });

  it('is the same run from its config.json, and goes on with its recipe only', async () => {
    const again = join(folder, 'again');
    const file = join(dir, 'config.json');
    expect(await run('train', '--config', file, '--out', again, '--quiet')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(again, 'config.json'), 'utf8'))).toEqual(
      JSON.parse(readFileSync(file, 'utf8')),
    );
    const { err } = await run('train', '--resume', '--recipe', 'tdbn-cifar10', '--out', dir);
    expect(err).toContain('--recipe: the run in');
    expect(err).toContain('began with mpbn-cifar10; leave it out');
  });

  it('may be named in a file, whose options go before it', async () => {
    const file = join(folder, 'own.yaml');
    writeFileSync(file, 'recipe: tdbn-cifar10\nlr: 0.05\nmodel: mlp\nwidths: 8,8\naugment: none\n');
    const out = join(folder, 'of-file');
    const others = ['--data', 'builtin', '--limit', '40,20', ...less, '--quiet', '--out', out];
    expect(await run('train', '--config', file, ...others)).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'))).toMatchObject({
      ...{ recipe: 'tdbn-cifar10', lr: 0.05, norm: 'tdbn', threshold: 1, schedule: 'step:35:0.1' },
    });
  });

  it('is compared by several methods, of which evolution alone has its lambda', async () => {
    const out = join(folder, 'compared');
    const others = [...small, ...less, '--augment', 'none', '--heads', 'all', '--quiet', '--out', out];
    for (const methods of ['vanilla,evolution', 'vanilla']) {
      const argv = ['--recipe', 'shortcut-cifar10', '--methods', methods, ...others, '--force'];
      expect(await run('compare', ...argv)).toMatchObject({ code: 0 });
    }
    const config = JSON.parse(readFileSync(join(out, 'vanilla-seed0', 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      recipe: 'shortcut-cifar10',
      weightDecay: 1e-4,
      method: 'vanilla',
      lambda: 'vanilla',
    });
  });

  it('is not one that does not exist', async () => {
    const { code, err } = await run('train', '--recipe', 'tet-cifar');
    expect([code, err]).toEqual([2, expect.stringContaining("did you mean 'tet-cifar10'?")]);
  });
});

it('recipes are listed with every value, and where it is from', async () => {
  const { code, out } = await run('zoo', 'recipes');
  expect(code).toBe(0);
  for (const { name, values } of recipes) {
    expect(out).toContain(`\n${name}\n`.slice(name === recipes[0]?.name ? 1 : 0));
    for (const [key, { value }] of Object.entries(values))
      expect(out.replace(/\s+/g, ' ')).toContain(`${key}=${value}`);
  }
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  expect(JSON.parse((await run('zoo', 'recipes', '--json')).out)).toEqual(recipes);
});

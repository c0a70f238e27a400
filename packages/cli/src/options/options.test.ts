import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkComparison } from '../config/comparisonFile.js';
import { filesIn, train } from '../config/config.test.support.js';
import { checkResumable, resolveComparison } from '../config/resolve.js';
import { UsageError } from '../errors.js';
import { sampleConfig } from '../run/sample.test.support.js';
import { optionsHelp } from './help.js';
import { kebab, namesOf, type OptionTable, type Values } from './option.js';
import { merge, parseArguments } from './parse.js';
import { compareOptions, trainOptions } from './table.js';

const folder = mkdtempSync(join(tmpdir(), 'kestirme-options-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = filesIn(folder);

function compare(argv: string[]) {
  const { values, origin } = merge(compareOptions, [parseArguments(compareOptions, argv, 'compare').given]);
  return resolveComparison(values as Values<typeof compareOptions>, origin);
}

describe('the tables', () => {
  it.each<[string, OptionTable]>([
    ['train', trainOptions],
    ['compare', compareOptions],
  ])('%s: no name stands for two options, every default is valid, every option is in the help', (_, table) => {
    const names = namesOf(table);
    expect(new Set(names).size).toBe(names.length);
    const help = optionsHelp(table, 80);
    for (const [key, row] of Object.entries(table)) {
      if (row.default !== undefined) expect(row.type.fromFile(row.default), key).toEqual(row.default);
      expect(help).toContain(`--${kebab(key)}`);
    }
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('the command line', () => {
  it('reads values, flags, their opposites and aliases', () => {
    const config = train([
      '--T',
      '4',
      '--lr=0.05',
      '--no-augment',
      '--detach-reset',
      '--limit',
      '500, 100'.replace(' ', ''),
    ]);
    expect(config).toMatchObject({ timeSteps: 4, lr: 0.05, augment: 'none', detachReset: true, limit: '500,100' });
  });

  it('limits the memory only when asked, and then also beyond what WebAssembly addresses', () => {
    expect(train([])).not.toHaveProperty('memoryLimit');
    expect(train(['--memory-limit', '6GiB'])).toMatchObject({ memoryLimit: 6 * 2 ** 30 });
  });

  it.each([
    [['--epoch', '3'], "unknown option --epoch; did you mean '--epochs'?"],
    [['--no-lr'], '--no-lr: --lr takes a value and has no opposite'],
    [['--lr'], '--lr needs a value'],
    [['--lr', '--seed', '1'], '--lr needs a value'],
    [['--lr', '1', '--lr', '2'], '--lr is given twice'],
    [['--lr', '-1'], '--lr: -1 is not a number above 0'],
    [['--lr', '0x10'], "--lr: '0x10' is not a number"],
    [['--lr', 'NaN'], "--lr: 'NaN' is not a number"],
    [['--clip', '1e999'], '--clip: Infinity is not a number'],
    [['--T', '65'], '--time-steps: 65 is not a whole number from 1 to 64; the nearest valid value is 64'],
    [['--epochs', '2.6'], 'the nearest valid value is 3'],
    [['--optimizer', 'sdg'], "--optimizer: 'sdg' is not one of sgd, nesterov, adam, adamw; did you mean 'sgd'?"],
    [['--model', 'resnet50'], /--model: 'resnet50' is not one of [\w, ]+$/],
    [['--neuron', 'plf'], "; did you mean 'plif'?"],
    [['--neuron', 'if', '--decay', '0.5'], "--decay: a neuron of the kind 'if' has no such option"],
    [['--neuron', 'plif:decay=0.5', '--decay', '0.25'], '--decay: --neuron has decay, too; give it once'],
    [['--neuron', 'plif:decay=1'], '--neuron: '],
    [['--surrogate', 'relu'], /--surrogate: 'relu' is not one of rectangle, tanh, [a-z, -]+$/],
    [['--loss', 'cross'], "did you mean 'cross-entropy'?"],
    [['--data', 'svhn:x'], /--data: 'svhn' is not one of builtin, mnist, /],
    [['--data', 'CIFAR10:x'], "did you mean 'cifar10'?"],
    [['--optim', 'sgd'], "unknown option --optim; did you mean '--optimizer'?"],
    [['--no-augmnet'], "unknown option --no-augmnet; did you mean '--no-augment'?"],
    [['--tet'], 'unknown option --tet; `kestirme help train` lists those that there are'],
    [['-x'], 'unknown option -x; `kestirme help train`'],
    [['--micro-batch', '60'], '--micro-batch: 60 is more than the batch of 50; the nearest valid value is 50'],
    [['--warmup', '10'], '--warmup: 10 epochs leave nothing of the 10'],
    [['--limit', '20,10'], '--batch: 50 is more than the 20 training images'],
    [['--optimizer', 'nesterov', '--momentum', '0'], '--momentum: nesterov needs a momentum above 0'],
    [['--method', 'vanilla', '--heads', 'stages'], '--heads: vanilla trains without shortcut heads'],
    [['--method', 'shortcut', '--heads', 'none'], '--heads: shortcut needs shortcut heads'],
    [['--lambda', 'sbp'], "--lambda: 'sbp' belongs to --method shortcut"],
  ])('refuses %j', (argv, message) => {
    expect(() => train(argv)).toThrow(UsageError);
    expect(() => train(argv)).toThrow(message);
  });

  it('resolves what depends on the neurons: what nobody gives is as their kind has it', () => {
    const lif = { decay: 0.25, threshold: 0.5, reset: 'hard', detachReset: false, decayInput: false };
    const started = 'lif:initialMembrane=0.5';
    expect(train([])).toMatchObject(lif);
    expect(train(['--neuron', started])).toMatchObject({ ...lif, neuron: started });
    // As in runs of before kinds had a say.
    expect(train(['--neuron', 'plif'])).toMatchObject(lif);
    const diet = { decay: 1, threshold: 1, reset: 'soft', detachReset: true };
    expect(train(['--neuron', 'diet'])).toMatchObject(diet);
    expect(train(['--neuron', 'diet', '--reset', 'hard'])).toMatchObject({ ...diet, reset: 'hard' });
    const config = train(['--neuron', 'diet', '--decay', '0.25', '--no-detach-reset']);
    expect(config).toMatchObject({ ...diet, decay: 0.25, detachReset: false });
    expect(train([], file('diet.json', JSON.stringify(config)))).toEqual(config);
  });

  it('resolves what depends on the method', () => {
    expect(train(['--method', 'vanilla'])).toMatchObject({ heads: 'none', lambda: 'vanilla' });
    expect(train(['--method', 'shortcut'])).toMatchObject({ heads: 'stages', lambda: 'sbp' });
    expect(train([])).toMatchObject({ heads: 'stages', lambda: 'evo-ratio-mean,linear,epoch,0.25', microBatch: 50 });
    expect(train(['--lambda', 'evo-decay', '--batch', '64'])).toMatchObject({
      lambda: 'evo-decay,linear,epoch,1',
      microBatch: 64,
    });
  });
});

describe('a comparison', () => {
  it('has a configuration for each method and seed', () => {
    const configs = compare([
      '--methods',
      'vanilla,evolution',
      '--seeds',
      '3,1',
      '--lambda',
      'evo-decay',
      '--heads',
      'blocks',
    ]);
    expect(configs.map(({ method, seed, heads }) => `${method} ${seed} ${heads}`)).toEqual([
      'vanilla 3 none',
      'vanilla 1 none',
      'evolution 3 blocks',
      'evolution 1 blocks',
    ]);
    expect(configs[3]?.lambda).toBe('evo-decay,linear,epoch,1');
  });

  it.each([
    [['--seeds', '1,1'], '--seeds: 1 stands there twice'],
    [['--seeds', '1,'], "--seeds: '' is not a whole number"],
    [['--methods', 'vanila'], "did you mean 'vanilla'?"],
    [['--methods', 'vanilla', '--lambda', 'evo-rise'], '--lambda: evolution is not among the methods'],
    [['--lambda', 'sbp'], '--lambda: a comparison takes evo-rise'],
    [['--method', 'vanilla'], "did you mean '--methods'?"],
  ])('refuses %j', (argv, message) => {
    expect(() => compare(argv)).toThrow(message);
  });
});

describe('a configuration file', () => {
  it('stands between the defaults and the command line, in either spelling', () => {
    const yaml = file(
      'a.yaml',
      'epochs: 3\nweight-decay: 0.01\nlr: 0.2\nT: 4\nlimit: [600, 100]\nheads: [stage1, stage2]\n',
    );
    const config = train(['--lr', '0.3'], yaml);
    expect(config).toMatchObject({ epochs: 3, weightDecay: 0.01, lr: 0.3, timeSteps: 4, limit: '600,100' });
    expect(config.heads).toBe('stage1,stage2');
    expect(train([], file('a.json', '{ "epochs": 4, "augment": false }'))).toMatchObject({
      epochs: 4,
      augment: 'none',
    });
  });

  it('takes back the config.json of a run', () => {
    const config = sampleConfig({ lr: 0.07, surrogate: 'tanh:3', schedule: 'step:30:0.1', memoryLimit: 2 ** 30 });
    expect(train([], file('config.json', JSON.stringify(config)))).toEqual(config);
  });

  it.each([
    ['b.yaml', 'lr: "0.1"', "b.yaml: lr: '0.1' is not a number above 0, up to 1000: take the quotes away"],
    ['b.yaml', 'detachReset: "true"', 'take the quotes away'],
    ['b.yaml', 'memoryLimit: "1024"', "b.yaml: memoryLimit: '1024' is not a number of bytes"],
    ['b.yaml', 'lr: .inf', 'is not a number'],
    ['b.yaml', 'epocs: 3', "b.yaml: epocs is no option of train; did you mean 'epochs'?"],
    ['b.yaml', 'weightDecay: 1\nweight-decay: 2', 'sets weightDecay a second time'],
    ['b.yaml', 'lr: 1\nlr: 2', "the key 'lr' stands there twice"],
    ['b.json', '{"lr": 1, "lr": 2}', "the key 'lr' stands there twice"],
    ['b.json', '{"lr": 1', 'is not JSON'],
    ['b.json', '[1]', 'must hold keys and values'],
    ['b.json', '{"__proto__": {"lr": 1}}', '__proto__ is not a key that a configuration may have'],
    ['b.yaml', '__proto__: {lr: 1}', '__proto__ is not a key that a configuration may have'],
    ['b.yaml', 'constructor: 1', 'constructor is not a key that a configuration may have'],
    ['b.yaml', 'quiet: true', 'belongs on the command line'],
    ['b.yaml', 'schema: 0', 'b.yaml: schema is 0, not a whole number from 1 to 3'],
    ['b.yaml', 'seed: 1\nlr: [1', 'cannot be read'],
    ['b.yaml', 'seed: &a 1\nepochs: *a', 'cannot be read'],
    ['b.yaml', 'warmup: 10', 'b.yaml: warmup: 10 epochs leave nothing of the 10'],
    ['b.toml', 'lr = 1', 'ends in .json, .yaml or .yml'],
    ['b.yaml', 'limit: {train: 1}', 'is not text of the form'],
    ['b.yaml', 'checkpointEvery: 200', '200 is not text of the form INTERVAL'],
    ['b.yaml', 'model: 20', 'model: 20 is not text of the form NAME|FILE'],
  ])('%s with %j is refused', (name, content, message) => {
    const path = file(name, content);
    expect(() => train([], path)).toThrow(UsageError);
    expect(() => train([], path)).toThrow(message);
  });

  it('is refused when it is not there, not text or too long', () => {
    expect(() => train([], join(folder, 'none.yaml'))).toThrow('there is no file');
    writeFileSync(join(folder, 'c.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(() => train([], join(folder, 'c.yaml'))).toThrow('is not UTF-8 text');
    expect(() => train([], file('d.yaml', `#${'x'.repeat(1 << 20)}`))).toThrow('at most 65536');
  });

  it('never touches the prototype of objects', () => {
    expect(() => train([], file('e.json', '{"__proto__": {"polluted": 1}}'))).toThrow();
    expect('polluted' in {}).toBe(false);
  });
});

describe('a comparison', () => {
  const kinds = (argv: string[]) =>
    compare(argv).map(({ model, timeSteps, method, seed }) => `${model} ${timeSteps} ${method} ${seed}`);

  it('is of all networks, T, methods and seeds, in this order', () => {
    const argv = ['--models', 'resnet20,plain20', '--T', '1,2', '--methods', 'vanilla,shortcut', '--seeds', '0,1'];
    const all = kinds(argv);
    expect(all).toHaveLength(16);
    expect(all.slice(0, 5)).toEqual([
      'resnet20 1 vanilla 0',
      'resnet20 1 vanilla 1',
      'resnet20 1 shortcut 0',
      'resnet20 1 shortcut 1',
      'resnet20 2 vanilla 0',
    ]);
    expect(all.at(-1)).toBe('plain20 2 shortcut 1');
  });

  it('takes one network by the name that train has for it', () => {
    expect(kinds(['--model', 'plain20', '--time-steps', '3', '--methods', 'vanilla'])).toEqual(['plain20 3 vanilla 0']);
    expect(() => kinds(['--model', 'plain20', '--models', 'resnet20'])).toThrow('--models is given twice');
    expect(() => kinds(['--T', '2,2'])).toThrow('2 stands there twice');
  });

  it('reads its config.json', () => {
    const now = { models: ['plain20', 'resnet20'], timeSteps: [4, 2], methods: ['vanilla'], seeds: [0] };
    expect(checkComparison(now, 'f')).toMatchObject(now);
    expect(() => checkComparison({ model: 'plain20', models: ['plain20'] }, 'f')).toThrow(
      'f: models sets models a second',
    );
  });
});

describe('resuming', () => {
  let before: Record<string, unknown>;
  beforeAll(() => {
    before = { ...sampleConfig({ data: 'cifar10:/old' }) };
  });

  it('lets pass what does not change a number', () => {
    const now = { ...before, threads: 7, loaderWorkers: 3, memoryLimit: 5, data: 'cifar10:/new' };
    expect(() => checkResumable(before, now, { origin: new Map(), file: 'f' })).not.toThrow();
  });

  it('refuses the rest, naming the place', () => {
    const origin = new Map([['lr', 'x.yaml: lr']]);
    expect(() => checkResumable(before, { ...before, lr: 0.2 }, { origin, file: 'f' })).toThrow(
      'x.yaml: lr: 0.2 differs from 0.1 in f',
    );
    expect(() => checkResumable(before, { ...before, data: 'mnist:/old' }, { origin, file: 'f' })).toThrow('--data');
  });
});

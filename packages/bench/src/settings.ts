/** The command line of `npm run bench`. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildModel } from 'kestirme';
import { type Images, imagesName, locateImages } from './images.js';
import { sourceCommit } from './machine.js';
import { type Rival, rivals } from './peers.js';
import { programOf } from './programs.js';
import { type Own, readOwns } from './sides.js';
import { acceptance, compareItem, type Item, type NetworkChoice, selectItems, suite } from './suite.js';

export interface Settings {
  /** Alternating pairs, or rounds of a series. */
  pairs: number;
  /** Of each run; undefined: as the item says, else 10. */
  steps: number | undefined;
  warmup: number;
  warmupSeconds: number;
  pretrain: number;
  threads: number;
  /** A quarter of the width and few images, to see that everything runs. */
  quick: boolean;
  /** Half the timed steps, and of the rest only what docs/performance.md states. */
  acceptance: boolean;
  /** Ours, each measured in every pair; the first also trains the weights that all load. */
  backends: readonly Own[];
  /** Among which the fastest are looked for. */
  peers: readonly Rival[];
  /** 'noise' or the name of the file. */
  images: string;
  /** Another clone of the repository, built, to compare with in place of the peers; null: the peers. */
  before: { clone: string; commit: string } | null;
}

export interface Command {
  action: 'run' | 'list' | 'help';
  items: readonly Item[];
  settings: Settings;
  images: Images;
  out: string;
  resume: boolean;
}

/** What the command line has wrong; no stack needed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const options = {
  only: { type: 'string' },
  pairs: { type: 'string' },
  steps: { type: 'string' },
  warmup: { type: 'string' },
  pretrain: { type: 'string' },
  threads: { type: 'string' },
  quick: { type: 'boolean', default: false },
  acceptance: { type: 'boolean', default: false },
  backend: { type: 'string' },
  peers: { type: 'string' },
  before: { type: 'string' },
  out: { type: 'string', default: 'bench-results' },
  data: { type: 'string' },
  resume: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  model: { type: 'string' },
  width: { type: 'string' },
  T: { type: 'string' },
  batch: { type: 'string' },
  mode: { type: 'string' },
} as const;

export const help = `npm run bench -- [options]

Ours and the fastest of PyTorch, SpikingJelly and snnTorch on the same work, in turn.
Without options: the whole suite, some hours on two cores. Leave the machine alone meanwhile.

  --acceptance      only what docs/performance.md states, in short turns: about half an hour
  --backend LIST    ours, all in the same pairs: native, wasm, native-LEVEL such as native-avx2, with commas
                    (default native,wasm; with --before wasm)
  --peers LIST      among which the fastest are looked for (default all): ${rivals.slice(0, 5).join(', ')},
                    each also with -avx2, kept to the vectors of processors without AVX-512
  --only NAME,...   these items of the suite
  --list            the items and their goals
  --quick           everything small and short, to see that it runs; the figures mean nothing
  --data PATH       real images: a binary batch of CIFAR-10, its folder or that folder's parent;
                    default: the environment variable KESTIRME_BENCH_DATA, else noise
  --out DIR         for results.json, report.html and report.md (default bench-results)
  --resume          goes on with the results in DIR: items done are kept, others are added

  --pairs N         alternating pairs (default 5)
  --threads N       of every program (default 2)
  --pretrain N      training steps before anything is timed (default 30)
  --warmup N        steps of each run before the timed ones (default 5), and more for at least 3 seconds
  --steps N         timed steps of each run (default 10, more where they are short)
  --before CLONE    in place of the peers: another clone of this repository, built (npm run build), such as of the
                    version before a change, on the first backend; its losses have to be the same

One configuration instead of the suite:

  --model NAME      resnet20, resnet18, resnet34 or resnet19
  --width W --T N --batch N --mode train|infer     (default 1, 2, 32, train)

Python: the one that the environment variable KESTIRME_PYTHON names, with packages/bench/peers/requirements.txt.
`;

/** @throws UsageError; Error when the images are none. */
export function readCommand(argv: string[], env: NodeJS.ProcessEnv): Command {
  const values = parse(argv);
  const number = (name: 'pairs' | 'steps' | 'warmup' | 'pretrain' | 'threads' | 'T' | 'batch', least: number) => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) {
      throw new UsageError(`--${name} must be a whole number from ${least} up, got ${text}`);
    }
    return value;
  };
  const { quick } = values;
  const images = locateImages(values.data ?? (env.KESTIRME_BENCH_DATA || undefined));
  return {
    action: values.help ? 'help' : values.list ? 'list' : 'run',
    items: values.before === undefined ? chosenItems(values, number) : comparisons(chosenItems(values, number)),
    settings: {
      pairs: number('pairs', 1) ?? (quick ? 1 : 5),
      steps: number('steps', 1) ?? (quick ? 3 : undefined),
      warmup: number('warmup', 0) ?? (quick ? 1 : 5),
      warmupSeconds: quick ? 0 : 3,
      pretrain: number('pretrain', 1) ?? (quick ? 2 : 30),
      threads: number('threads', 1) ?? 2,
      quick,
      acceptance: values.acceptance,
      backends: inWords('--backend', () => readOwns(values.backend ?? (values.before ? 'wasm' : 'native,wasm'))),
      peers: values.peers === undefined ? rivals : inWords('--peers', () => readPeers(values.peers as string)),
      images: imagesName(images),
      before: values.before === undefined ? null : cloneAt(values.before),
    },
    images,
    out: values.out,
    resume: values.resume,
  };
}

function readPeers(text: string): Rival[] {
  return text.split(',').map((name) => {
    const rival = rivals.find((one) => one === name);
    if (rival === undefined) throw new RangeError(`there is no peer '${name}'; there are ${rivals.join(', ')}`);
    return rival;
  });
}

function inWords<Value>(option: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}

function comparisons(items: readonly Item[]): Item[] {
  const found = items.filter(({ kind }) => kind === 'compare');
  if (found.length > 0) return found;
  throw new UsageError(
    '--before compares speed: of the suite it takes the items of training and inference only, see --list',
  );
}

function cloneAt(path: string): Settings['before'] {
  const clone = resolve(path);
  const program = programOf(clone);
  if (!existsSync(program)) {
    throw new UsageError(
      `--before: there is no ${program}: name a clone of this repository, and run npm run build in it`,
    );
  }
  return { clone, commit: sourceCommit(clone) };
}

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help tells the options`);
  }
}

type Values = ReturnType<typeof parse>;
type ReadNumber = (name: 'T' | 'batch', least: number) => number | undefined;

function chosenItems(values: Values, number: ReadNumber): readonly Item[] {
  const free = (['model', 'width', 'T', 'batch', 'mode'] as const).filter((name) => values[name] !== undefined);
  if (free.length === 0) {
    if (values.only === undefined) return values.acceptance ? acceptance : suite;
    try {
      return selectItems(values.only.split(','));
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  }
  if (values.only !== undefined)
    throw new UsageError(`--only chooses from the suite; --${free[0]} is for one of your own`);
  const { mode = 'train' } = values;
  if (mode !== 'train' && mode !== 'infer') throw new UsageError(`--mode must be train or infer, got ${mode}`);
  const width = Number(values.width ?? 1);
  if (!(width > 0)) throw new UsageError(`--width must be a number above 0, got ${values.width}`);
  const choice: NetworkChoice = {
    model: values.model ?? 'resnet20',
    width,
    timeSteps: number('T', 1) ?? 2,
    batch: number('batch', 1) ?? 32,
    mode,
  };
  const { model, timeSteps, batch } = choice;
  try {
    buildModel(model, { width, timeSteps });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return [compareItem(`${model}-w${width}-t${timeSteps}-b${batch}-${mode}`, choice, [])];
}

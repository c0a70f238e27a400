/** A profile of steps: every kernel call is timed and counted to its layer; the network is left as it was. */

import type { StepPosition } from '../engine/types.js';
import type { KernelCalls, Work } from '../layers/work.js';
import type { LoadedNetwork } from '../loaded/loadedNetwork.js';
import type { Batch } from '../loader/batch.js';
import { trainStep } from '../train/step.js';
import { calibrate } from './calibrate.js';
import { kernelName } from './kernelNames.js';
import { type KernelTime, KernelTimer } from './kernelTimer.js';
import type { MachineRates, Profile, ProfileOptions, ProfileRow } from './types.js';

const firstStep: StepPosition = { epoch: 0, iteration: 0, iterationsPerEpoch: 1, headWeights: null, probe: false };

type Shares = Map<string, { fired: number; active: number | undefined }>;
type Timed = ReturnType<KernelTimer['time']>;

/** `evaluate`: a pass of evaluation over the batch. */
export function profile(loaded: LoadedNetwork, batch: Batch, options: ProfileOptions, evaluate: () => void): Profile {
  const { mode = 'training', steps = 5, position = firstStep } = options;
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`steps must be an integer from 1, got ${steps}`);
  const step = mode === 'training' ? () => void trainStep(loaded, batch, position) : evaluate;
  const { kernels } = loaded;
  const machine = (options.calibrate ?? true) ? calibrate(kernels) : null;
  const putBack = keepState(loaded);
  try {
    const bits = countBits(loaded, step);
    const timed = timeSteps(loaded, step, steps);
    const stepMilliseconds = median(timed.map(({ milliseconds }) => milliseconds));
    const rows = [...(timed[0] as Timed).times.entries()].map(([id, { layer, key, calls }]) => {
      const milliseconds = median(timed.map(({ times }) => (times.get(id) as KernelTime).milliseconds));
      const call = { kernel: key, calls, images: batch.size, mode, bits };
      const amounts = workOf(loaded, layer, call);
      const row = { layer, kernel: kernelName(key), calls, milliseconds, share: milliseconds / stepMilliseconds };
      return { ...row, ...rates(amounts, milliseconds / 1000, machine) };
    });
    const other = timed.map(({ milliseconds, times }) => milliseconds - sum([...times.values()]));
    return {
      ...{ mode, steps, batch: batch.size, threads: kernels.threads, build: kernels.build },
      ...{ backend: kernels.backend, simd: kernels.simd },
      ...{ stepMilliseconds, otherMilliseconds: median(other), machine, rows },
    };
  } finally {
    putBack();
  }
}

/** A norm whose current is written is two users' layer, who know different kernels. */
function workOf({ kernelUsers }: LoadedNetwork, layer: string, call: KernelCalls): Work {
  const users = kernelUsers.filter(({ names }) => names.includes(layer));
  return Object.assign({}, ...users.map((user) => user.work(call))) as Work;
}

const sum = (times: readonly KernelTime[]) => times.reduce((total, { milliseconds }) => total + milliseconds, 0);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] as number)) / 2;
}

/** Runs a step and gives the shares of ones in the bits that it leaves behind. */
function countBits(loaded: LoadedNetwork, step: () => void): Shares {
  const ones = new Map<string, { fired: number; active: number | undefined; words: number }>();
  const { api } = loaded;
  loaded.watch = {
    layer() {},
    spikes(value, address, words, active) {
      const before = ones.get(value) ?? { fired: 0, active: undefined, words: 0 };
      ones.set(value, {
        fired: before.fired + api.countSpikes(address, words),
        active: active === 0 ? before.active : (before.active ?? 0) + api.countSpikes(active, words),
        words: before.words + words,
      });
    },
  };
  try {
    step();
  } finally {
    loaded.watch = null;
  }
  const shares: Shares = new Map();
  for (const [name, { fired, active, words }] of ones) {
    const { channels, trueChannels, planes } = loaded.trunk.value(name);
    const neurons = ((words / Math.ceil(channels / 32)) * trueChannels) / planes.length;
    shares.set(name, { fired: fired / neurons, active: active === undefined ? undefined : active / neurons });
  }
  return shares;
}

function timeSteps(loaded: LoadedNetwork, step: () => void, steps: number): Timed[] {
  const timer = new KernelTimer(loaded.api);
  loaded.watch = { layer: (name) => timer.layer(name), spikes() {} };
  try {
    return Array.from({ length: steps }, () => timer.time(step));
  } finally {
    loaded.watch = null;
  }
}

function rates(work: Work, seconds: number, machine: MachineRates | null) {
  const { macs, additions, read, written, firingRate, activeShare } = work;
  const bytes = read === undefined || written === undefined ? undefined : read + written;
  const perSecond = (amount: number | undefined) =>
    amount === undefined || amount === 0 || seconds === 0 ? null : amount / seconds / 1e9;
  return {
    macs: macs ?? null,
    additions: additions ?? null,
    bytesRead: read ?? null,
    bytesWritten: written ?? null,
    firingRate: firingRate ?? null,
    activeShare: activeShare ?? null,
    gigaMacsPerSecond: perSecond(macs),
    gigaAdditionsPerSecond: perSecond(additions),
    gigabytesPerSecond: perSecond(bytes),
    roofline: machine === null || bytes === undefined ? null : roofline(additions ?? 0, bytes, seconds, machine),
  } satisfies Partial<ProfileRow>;
}

function roofline(additions: number, bytes: number, seconds: number, machine: MachineRates): ProfileRow['roofline'] {
  const arithmetic = additions / machine.gigaMacsPerSecond / 1e9;
  const memory = bytes / machine.gigabytesPerSecond / 1e9;
  if (seconds === 0) return null;
  return arithmetic > memory
    ? { bound: 'arithmetic', share: arithmetic / seconds }
    : { bound: 'memory', share: memory / seconds };
}

/** Keeps everything that a training step changes; gives a function that puts it back. */
function keepState({ kernels, parameters, running, optimizer, average }: LoadedNetwork): () => void {
  const { memory } = kernels;
  const bytes = 4 * parameters.length;
  const blocks = [parameters.weights, ...parameters.states].map((at) => [at, bytes] as const);
  const averages = (average?.places ?? []).map(([block, at]) => [at, 4 * block.length] as const);
  const copies = [...blocks, ...averages, [running.weights, 4 * running.length] as const].map(([at, length]) => ({
    at,
    data: new Uint8Array(memory.buffer, at, length).slice(),
  }));
  const { steps } = optimizer;
  return () => {
    for (const { at, data } of copies) new Uint8Array(memory.buffer, at, data.length).set(data);
    optimizer.steps = steps;
  };
}

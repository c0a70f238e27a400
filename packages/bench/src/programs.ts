/** The programs of both sides, each run in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profile } from 'kestirme';
import { type ChildRequest, runChild } from './child.js';
import { explainPeer, isLimited, type PeerName, peerProcess } from './peers.js';
import { Resident } from './resident.js';
import { environmentOf, isOwn, type Own, type Side, sideTitle } from './sides.js';
import { defaultOwn, type Measured, type OwnOptions, ownArguments, parseMeasured, type Work } from './work.js';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Our side's program in a clone of the repository. */
export function programOf(clone: string): string {
  return join(clone, 'packages', 'bench', 'dist', 'ours.js');
}

/** What a side is to do, whichever side. */
export interface Task {
  side: Side;
  work: Work;
  own: OwnOptions;
  /** Of side 'before': the clone, and the backend that it takes where it has more than one. */
  before?: { clone: string; as: Own } | undefined;
}

function processOf({ side, work, own, before }: Task, more: readonly string[] = []): ChildRequest {
  if (isOwn(side)) return ownProcess('./ours.js', side, work, own, more);
  if (side !== 'before') return peerProcess(side, work, more);
  if (before === undefined) throw new Error('there is no clone to compare with');
  return {
    ...ownProcess('./ours.js', before.as, work, own, more),
    args: [programOf(before.clone), ...ownArguments(work, own)],
  };
}

function ownProcess(file: string, own: Own, work: Work, options: OwnOptions, more: readonly string[] = []) {
  const args = [here(file), ...ownArguments(work, options), ...more];
  return { command: process.execPath, args, env: environmentOf(own) };
}

/** The same failure, with what to do about it. */
function explain({ side }: Task, request: ChildRequest, error: unknown): unknown {
  if (!isOwn(side) && side !== 'before') return explainPeer(side as PeerName, request, error);
  return new Error(`${sideTitle(side)}: ${(error as Error).message}`, { cause: error });
}

/** What was printed, if the side ran on what it was asked to. */
function read({ side }: Task, text: string): Measured {
  const measured = parseMeasured(sideTitle(side), text);
  if (isLimited(side) && measured.simd !== 'AVX2') {
    throw new Error(`PyTorch was to keep to AVX2 and says ${measured.simd}`);
  }
  if (!isOwn(side)) return measured;
  const { backend = 'wasm', simd = '' } = measured;
  const [wanted, level = simd] = side.split('-');
  if (backend === wanted && simd === level) return measured;
  throw new Error(`asked for ${side}, the engine took ${backend} ${simd}: npm run build:native makes the native one`);
}

/** Runs a side from its start to its end. Rejects with why it gave no figure. */
export async function runSide(task: Task, onLine?: (line: string) => void): Promise<Measured> {
  const request = processOf(task);
  try {
    return read(task, await runChild({ ...request, ...(onLine ? { onLine } : {}) }));
  } catch (error) {
    throw explain(task, request, error);
  }
}

/** A turn may begin with the compiling of a whole network. */
const turnTimeoutSeconds = 1200;

/** The sides that wait for their next turn. */
export class Residents {
  readonly #all = new Map<string, Resident>();

  /** The timed steps of `task` in the process that `key` names, which is started, and warms up, at its first turn. */
  async turn(key: string, task: Task): Promise<Measured> {
    const request = processOf(task, ['--turns']);
    const resident = this.#all.get(key) ?? new Resident(request);
    this.#all.set(key, resident);
    try {
      return read(task, await resident.turn(task.work.steps, request.timeoutSeconds ?? turnTimeoutSeconds));
    } catch (error) {
      throw explain(task, request, error);
    }
  }

  /** Ends those with these keys, or all. */
  async end(keys: readonly string[] = [...this.#all.keys()]): Promise<void> {
    for (const key of keys) {
      await this.#all.get(key)?.end();
      this.#all.delete(key);
    }
  }
}

/** Seconds from the start of the process to the end of its first training step, as this process sees them. */
export async function firstStepSeconds(task: Task): Promise<number> {
  const begin = performance.now();
  let seconds = Number.NaN;
  await runSide(task, (line) => {
    if (line.trim() === 'first step') seconds = (performance.now() - begin) / 1000;
  });
  if (!Number.isFinite(seconds)) throw new Error(`${task.side} did not say when its first step was done`);
  return seconds;
}

export interface Waiting {
  /** Share of the training time spent waiting for the next batch, in [0, 1]. */
  share: number;
  imagesPerSecond: number;
  /** 'cifar10' or 'builtin'. */
  data: string;
}

/** Trains from the data loader, crop and flip on; `folder` is that of CIFAR-10, or nothing for the built-in digits. */
export async function measureWaiting(own: Own, work: Work, folder: string | undefined): Promise<Waiting> {
  const request = ownProcess('./waiting.js', own, { ...work, data: folder }, defaultOwn);
  return JSON.parse(lastLine(await runChild(request))) as Waiting;
}

/** Where the time of our step goes, after the warm-up. */
export async function profileOurs(own: Own, work: Work, options: OwnOptions): Promise<Profile> {
  return JSON.parse(lastLine(await runChild(ownProcess('./profile.js', own, work, options)))) as Profile;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

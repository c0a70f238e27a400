/** The programs of both sides, each run in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profile } from 'kestirme';
import { ChildError, runChild } from './child.js';
import {
  defaultOwn,
  type Measured,
  type OwnOptions,
  ownArguments,
  parseMeasured,
  type Work,
  workArguments,
} from './work.js';

interface Program {
  file: string;
  options: readonly string[];
  /** What the report says of it. */
  about: string;
}

const programs = {
  PyTorch: { file: 'plain_torch.py', options: [], about: 'plain PyTorch, eager' },
  'PyTorch channels-last': {
    file: 'plain_torch.py',
    options: ['--channels-last'],
    about: 'the same with channels-last memory',
  },
  'PyTorch compiled': { file: 'plain_torch.py', options: ['--compile'], about: 'the same through torch.compile' },
  SpikingJelly: { file: 'spikingjelly_peer.py', options: [], about: 'its multi-step LIFNode, torch backend' },
  snnTorch: { file: 'snntorch_peer.py', options: [], about: 'its Leaky, step by step' },
  'ONNX Runtime': { file: 'onnx_peer.py', options: [], about: 'CPU, exported and unrolled over T; inference only' },
} as const satisfies Record<string, Program>;

export type PeerName = keyof typeof programs;
export const peerNames = Object.keys(programs) as PeerName[];

/** Those of which the fastest is the peer to beat. */
export const rivals = peerNames.filter((name) => name !== 'ONNX Runtime');

export function aboutPeer(name: PeerName): string {
  return programs[name].about;
}

/** torch.compile of a deep network takes minutes; more than this is no choice for a user. */
const peerTimeoutSeconds = 1200;

/** PyTorch's own kernels and what torch.compile generates, oneDNN's convolutions, MKL's products. */
const avx2Limits = { ATEN_CPU_CAPABILITY: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' };

export interface PeerOptions {
  seed?: number;
  /** See Settings.peersAvx2. */
  avx2?: boolean;
  onLine?: (line: string) => void;
}

/**
 * Runs a peer with the Python that KESTIRME_PYTHON names (python3 if unset).
 * Throws when Python or a package is missing, the peer fails, or what it prints is no result.
 */
export async function runPeer(
  name: PeerName,
  work: Work,
  { seed, avx2 = false, onLine }: PeerOptions = {},
): Promise<Measured> {
  const python = process.env.KESTIRME_PYTHON ?? 'python3';
  const { file, options }: Program = programs[name];
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
  // These two are set on some hosts for old libraries and slow a current one.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...inherited } = process.env;
  const env = avx2 ? { ...inherited, ...avx2Limits } : inherited;
  const args = [path, ...workArguments(work), ...options];
  if (seed !== undefined) args.push('--seed', `${seed}`);
  try {
    const timeoutSeconds = peerTimeoutSeconds;
    return parseMeasured(
      file,
      await runChild({ command: python, args, env, timeoutSeconds, ...(onLine ? { onLine } : {}) }),
    );
  } catch (error) {
    if (!(error instanceof ChildError)) throw error;
    throw new Error(explain(python, file, error), { cause: error });
  }
}

function explain(python: string, file: string, error: ChildError): string {
  if (error.message.includes('cannot be started')) return `${error.message}; set KESTIRME_PYTHON to a Python 3`;
  const missing = /ModuleNotFoundError: No module named '([\w]+)/.exec(error.errors)?.[1];
  if (missing === undefined) return `${file} ${error.message}`;
  return (
    `${file} needs ${missing}, which ${python} does not have: install packages/bench/peers/requirements.txt, ` +
    'or set KESTIRME_PYTHON to a Python that has it'
  );
}

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function runOwn(
  program: string,
  args: string[],
  { file = here(program), onLine }: { file?: string; onLine?: (line: string) => void } = {},
): Promise<string> {
  const command = process.execPath;
  try {
    return await runChild({ command, args: [file, ...args], ...(onLine ? { onLine } : {}) });
  } catch (error) {
    throw new Error(`${program} ${(error as Error).message}`, { cause: error });
  }
}

/** Our side of a comparison; `clone`: as the clone of the repository there has it. */
export async function runOurs(work: Work, own: OwnOptions, clone?: string): Promise<Measured> {
  const file = clone === undefined ? here('./ours.js') : programOf(clone);
  return parseMeasured(file, await runOwn('./ours.js', ownArguments(work, own), { file }));
}

/** Our side's program in a clone of the repository. */
export function programOf(clone: string): string {
  return join(clone, 'packages', 'bench', 'dist', 'ours.js');
}

/** Seconds from the start of the process to the end of its first training step, as this process sees them. */
export async function firstStepSeconds(
  side: 'ours' | PeerName,
  work: Work,
  own: OwnOptions,
  options: PeerOptions = {},
): Promise<number> {
  const begin = performance.now();
  let seconds = Number.NaN;
  const onLine = (line: string) => {
    if (line.trim() === 'first step') seconds = (performance.now() - begin) / 1000;
  };
  if (side === 'ours') await runOwn('./ours.js', ownArguments(work, own), { onLine });
  else await runPeer(side, work, { ...options, onLine });
  if (!Number.isFinite(seconds)) throw new Error(`${side} did not say when its first step was done`);
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
export async function measureWaiting(work: Work, folder: string | undefined): Promise<Waiting> {
  const args = ownArguments({ ...work, data: folder }, defaultOwn);
  return JSON.parse(lastLine(await runOwn('./waiting.js', args))) as Waiting;
}

/** Where the time of our step goes, after the warm-up. */
export async function profileOurs(work: Work, own: OwnOptions): Promise<Profile> {
  return JSON.parse(lastLine(await runOwn('./profile.js', ownArguments(work, own)))) as Profile;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

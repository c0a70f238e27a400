/** The other libraries: each a program of `../peers` in a process of its own. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildError, type ChildRequest } from './child.js';
import { type Work, workArguments } from './work.js';

interface Program {
  title: string;
  file: string;
  options?: readonly string[];
  /** What the report says of it. */
  about: string;
}

const programs = {
  torch: { title: 'PyTorch', file: 'plain_torch.py', about: 'plain PyTorch, eager' },
  'channels-last': {
    title: 'PyTorch channels-last',
    file: 'plain_torch.py',
    options: ['--channels-last'],
    about: 'the same with channels-last memory',
  },
  compile: {
    title: 'PyTorch compiled',
    file: 'plain_torch.py',
    options: ['--compile'],
    about: 'the same through torch.compile',
  },
  spikingjelly: {
    title: 'SpikingJelly',
    file: 'spikingjelly_peer.py',
    about: 'its multi-step LIFNode, torch backend',
  },
  snntorch: { title: 'snnTorch', file: 'snntorch_peer.py', about: 'its Leaky, step by step' },
  onnx: { title: 'ONNX Runtime', file: 'onnx_peer.py', about: 'CPU, exported and unrolled over T; inference only' },
} as const satisfies Record<string, Program>;

type ProgramName = keyof typeof programs;
/** Runs on PyTorch, which can be kept to AVX2. */
type RivalProgram = Exclude<ProgramName, 'onnx'>;
const limited = '-avx2';
type Limited = `${RivalProgram}${typeof limited}`;

/** A program as it comes, or with '-avx2' as on a processor without AVX-512. */
export type Rival = RivalProgram | Limited;
export type PeerName = Rival | 'onnx';

const rivalPrograms = Object.keys(programs).filter((name): name is RivalProgram => name !== 'onnx');

/** Those of which the fastest is the peer to beat: as they come, then kept to AVX2. */
export const rivals: readonly Rival[] = [
  ...rivalPrograms,
  ...rivalPrograms.map((name): Limited => `${name}${limited}`),
];
export const peerNames: readonly PeerName[] = [...rivals, 'onnx'];

export function isPeer(name: string): name is PeerName {
  return (peerNames as readonly string[]).includes(name);
}

/** Whether the peer is one that is kept to AVX2. */
export function isLimited(name: string): boolean {
  return isPeer(name) && name.endsWith(limited);
}

function programOf(name: PeerName): Program {
  return programs[(isLimited(name) ? name.slice(0, -limited.length) : name) as ProgramName];
}

export function peerTitle(name: PeerName): string {
  return `${programOf(name).title}${isLimited(name) ? ', AVX2' : ''}`;
}

/** A sentence on each program, and on what keeps it to AVX2. */
export function aboutPeers(): string {
  const each = Object.values(programs).map(({ title, about }) => `${title}: ${about}`);
  return `${each.join('. ')}. AVX2: the same kept to 256-bit vectors, as on a processor without AVX-512.`;
}

/** PyTorch's own kernels and what torch.compile generates, oneDNN's convolutions, MKL's products. */
const avx2Limits = { ATEN_CPU_CAPABILITY: 'avx2', ONEDNN_MAX_CPU_ISA: 'AVX2', MKL_ENABLE_INSTRUCTIONS: 'AVX2' };

/**
 * What torch.compile generated is kept for later runs, under a key that does not know these limits: what was compiled for
 * AVX-512 would be taken under AVX2, and gives NaN there. So each has its own folder.
 */
function limitsOf(name: PeerName, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const cache = env.TORCHINDUCTOR_CACHE_DIR ?? join(tmpdir(), 'kestirme-bench-inductor');
  if (!isLimited(name)) return { TORCHINDUCTOR_CACHE_DIR: cache };
  return { ...avx2Limits, TORCHINDUCTOR_CACHE_DIR: `${cache}${limited}` };
}

/** The process of a peer with the Python that KESTIRME_PYTHON names, python3 if unset. */
export function peerProcess(name: PeerName, work: Work, more: readonly string[] = []): ChildRequest {
  const { file, options = [] } = programOf(name);
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
  // These two are set on some hosts for old libraries and slow a current one.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...inherited } = process.env;
  return {
    command: process.env.KESTIRME_PYTHON ?? 'python3',
    args: [path, ...workArguments(work), ...options, ...more],
    env: { ...inherited, ...limitsOf(name, inherited) },
    timeoutSeconds: peerTimeoutSeconds,
  };
}

/** torch.compile of a deep network takes minutes; more than this is no choice for a user. */
const peerTimeoutSeconds = 1200;

/** The same failure, with what to do about it. */
export function explainPeer(name: PeerName, { command }: ChildRequest, error: unknown): unknown {
  if (!(error instanceof ChildError)) return error;
  return new Error(explain(command, programOf(name).file, error), { cause: error });
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

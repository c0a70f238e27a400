/** Runs one of the Python peers in a process of its own and reads the JSON line that it prints. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Measured, peerArguments, type Work } from './work.js';

const programs = {
  torch: 'plain_torch.py',
  spikingjelly: 'spikingjelly_peer.py',
  snntorch: 'snntorch_peer.py',
  onnx: 'onnx_peer.py',
} as const;

export type PeerName = keyof typeof programs;

export interface PeerOptions {
  peer: PeerName;
  /** The peers train with a head on every stage: `heads` is ours alone and is not passed on. */
  work: Work;
  /** Convolutions in channels-last memory; not with onnx. */
  channelsLast?: boolean;
  /** torch.compile; not with onnx. */
  compile?: boolean;
  /** Initial weights, a safetensors file with our names. */
  weights?: string;
  /** Training steps before the warm-up; not with onnx. */
  pretrain?: number;
  seed?: number;
}

export interface PeerResult extends Measured {
  versions: Record<string, string>;
  model: string;
  width: number;
  mode: 'train' | 'infer';
  threads: number;
  batch: number;
  T: number;
  /** Share of ones by LIF layer; onnx does not report it. */
  firingRates?: Record<string, number>;
}

/**
 * Spawns the peer with the Python that KESTIRME_PYTHON names (python3 if unset).
 * Throws when Python or a package is missing, the peer fails, or what it prints is no result.
 */
export async function runPeer(options: PeerOptions): Promise<PeerResult> {
  const python = process.env.KESTIRME_PYTHON ?? 'python3';
  const file = programs[options.peer];
  const path = fileURLToPath(new URL(`../peers/${file}`, import.meta.url));
  // These two are set on some hosts for old libraries and slow a current one.
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const child = spawn(python, [path, ...argumentsOf(options)], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [text, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  const ended = await new Promise<string>((resolve, reject) => {
    child.on('error', (cause) =>
      reject(new Error(`${python} cannot be started (${cause.message}); set KESTIRME_PYTHON to a Python 3`, { cause })),
    );
    child.on('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  if (ended !== 'code 0') throw new Error(failure(python, file, ended, errors));
  return parse(file, text);
}

function argumentsOf({ work, channelsLast, compile, weights, pretrain, seed }: PeerOptions): string[] {
  const args = peerArguments(work);
  if (channelsLast) args.push('--channels-last');
  if (compile) args.push('--compile');
  if (weights !== undefined) args.push('--weights', weights);
  if (pretrain !== undefined) args.push('--pretrain', `${pretrain}`);
  if (seed !== undefined) args.push('--seed', `${seed}`);
  return args;
}

function failure(python: string, file: string, ended: string, errors: string): string {
  const missing = /ModuleNotFoundError: No module named '([\w]+)/.exec(errors)?.[1];
  if (missing !== undefined) {
    return (
      `${file} needs ${missing}, which ${python} does not have: install packages/bench/peers/requirements.txt, ` +
      'or set KESTIRME_PYTHON to a Python that has it'
    );
  }
  return `${file} ended with ${ended}: ${errors.trim().split('\n').slice(-8).join('\n') || 'it printed no error'}`;
}

/** The last line of what the peer printed; libraries may print before it. */
function parse(file: string, text: string): PeerResult {
  const line = text.trim().split('\n').at(-1) ?? '';
  let result: Partial<PeerResult> | null;
  try {
    result = JSON.parse(line) as Partial<PeerResult> | null;
  } catch (cause) {
    throw new Error(`${file} should end with a line of JSON, printed '${line.slice(0, 200)}'`, { cause });
  }
  if (!Number.isFinite(result?.imagesPerSecond) || !Array.isArray(result?.losses)) {
    throw new Error(`${file} printed no imagesPerSecond or losses: '${line.slice(0, 200)}'`);
  }
  return result as PeerResult;
}

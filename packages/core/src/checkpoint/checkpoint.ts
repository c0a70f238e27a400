import type { State } from '../engine/types.js';
import type { EpochSums } from '../metrics/epoch.js';
import type { NetworkSpec } from '../network/spec.js';
import type { TrainingOptions } from '../train/options.js';
import { decodeSafetensors, type FileTensor, joined, safetensorsPieces } from './safetensors.js';

/** Everything that a run needs to go on as if it had never stopped. */
export interface Checkpoint {
  version: 1;
  network: NetworkSpec;
  training: TrainingOptions;
  /** How the engine normalised the images: per input channel, in units of 0-1 pixel values. */
  mean: number[];
  std: number[];
  /** The step to do next. In the middle of an epoch, or at its end when only the evaluation is missing. */
  position: { epoch: number; iteration: number };
  /** What the epoch of `position` has added up; null before its first step. */
  sums: EpochSums | null;
  /** Parameters, running statistics, optimiser state. */
  state: State;
}

/** A file that is a safetensors file but no checkpoint that this version can go on from. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const version = 1;
const prefix = 'kestirme.';
const fields = ['network', 'training', 'mean', 'std', 'position', 'sums'] as const;

/**
 * One safetensors file: the tensors under PyTorch's names, so that it also serves as plain weights
 * (`safetensors.torch.load_file`; names that begin with 'optimizer.' are not the network's), the rest as JSON in the metadata.
 */
export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array<ArrayBuffer> {
  return joined(checkpointPieces(checkpoint));
}

/** The same file piece by piece, in the memory of the checkpoint's tensors: to be written without another copy of them. */
export function checkpointPieces(checkpoint: Checkpoint): Uint8Array[] {
  const metadata: Record<string, string> = { format: 'pt', [`${prefix}version`]: String(checkpoint.version) };
  for (const field of fields) metadata[prefix + field] = JSON.stringify(checkpoint[field]);
  const tensors = new Map<string, FileTensor>();
  for (const [name, { shape, data }] of Object.entries(checkpoint.state)) {
    tensors.set(name, { dtype: 'F32', shape, data });
  }
  return safetensorsPieces({ tensors, metadata });
}

/**
 * Reads what `encodeCheckpoint` wrote. `name` stands in errors.
 * @throws SafetensorsError when the file is damaged, CheckpointError when it is not a checkpoint of this version.
 */
export function decodeCheckpoint(bytes: Uint8Array, name = 'checkpoint'): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const written = metadata[`${prefix}version`];
  if (written === undefined) {
    throw new CheckpointError(`${name} holds tensors but no training run: its metadata lacks '${prefix}version'`);
  }
  if (written !== String(version)) {
    throw new CheckpointError(
      `${name} has checkpoint version ${written}, this program reads version ${version}: use the one that wrote it`,
    );
  }
  const values = Object.fromEntries(fields.map((field) => [field, parseField(metadata, field, name)]));
  const state = Object.fromEntries([...tensors].map(([tensor, content]) => [tensor, floats(tensor, content, name)]));
  // The engine and the trainer check the contents against the network, the options and the data.
  return { version, ...(values as Omit<Checkpoint, 'version' | 'state'>), state };
}

function parseField(metadata: Record<string, string>, field: (typeof fields)[number], file: string): unknown {
  const text = metadata[prefix + field];
  if (text === undefined) throw new CheckpointError(`${file}: metadata lacks '${prefix}${field}'`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError(`${file}: '${prefix}${field}' is not JSON (${(cause as Error).message})`);
  }
  const isList = field === 'mean' || field === 'std';
  const fits = field === 'sums' && value === null ? true : typeof value === 'object' && value !== null;
  if (!fits || Array.isArray(value) !== isList) {
    throw new CheckpointError(`${file}: expected '${prefix}${field}' to be ${isList ? 'a list' : 'an object'}`);
  }
  return value;
}

function floats(name: string, tensor: FileTensor, file: string): { shape: number[]; data: Float32Array } {
  if (tensor.dtype !== 'F32') throw new CheckpointError(`${file}: expected '${name}' to be F32, got ${tensor.dtype}`);
  return { shape: tensor.shape, data: tensor.data };
}

import { platform } from '#platform';
import type { State } from '../engine/types.js';
import type { EpochSums } from '../metrics/epoch.js';
import type { NetworkSpec } from '../network/spec.js';
import { excerpt } from '../plain/excerpt.js';
import { parseJson } from '../plain/json.js';
import type { BestEpoch } from '../train/best.js';
import type { TrainingOptions } from '../train/options.js';
import { fieldChecks } from './fields.js';
import { checkpointVersion, hasHash, isKnownVersion, migrateFields } from './migrate.js';
import { decodeSafetensors, type FileTensor, safetensorsHeader, tensorBytes } from './safetensors.js';
import { stateOf, type Tensors, tensorsOf } from './tensors.js';

/**
 * Everything that a run needs to go on as if it had never stopped. There is no state of a random number generator or of a
 * schedule: random numbers, lambda and the learning rate are functions of `training` (its seed, its specifications) and
 * `position`; a lambda that is measured stands in `lambda`.
 */
export interface Checkpoint {
  version: typeof checkpointVersion;
  network: NetworkSpec;
  training: TrainingOptions;
  /** How the engine normalised the images: per input channel, in units of 0-1 pixel values. */
  mean: number[];
  std: number[];
  /** The step to do next. In the middle of an epoch, or at its end when only the evaluation is missing. */
  position: { epoch: number; iteration: number };
  /** What the epoch of `position` has added up; null before its first step. */
  sums: EpochSums | null;
  /** Bytes of the host's log of finished epochs (metrics.jsonl) that belong to it; null when the host keeps none. */
  logBytes: number | null;
  /** Of the epoch of `position`, where the run measures it instead of following a schedule ('adaptive'); else null. */
  lambda: number | null;
  /** The best epoch before that of `position`; null: none is known. */
  best: BestEpoch | null;
  /** Parameters, running statistics, optimiser state. */
  state: State;
}

/** A checkpoint whose tensors are still where they are, such as in the engine: of use only as long as that stays as it is. */
export interface OpenCheckpoint extends Omit<Checkpoint, 'state'> {
  tensors: Tensors;
}

export function openCheckpoint({ state, ...checkpoint }: Checkpoint): OpenCheckpoint {
  return { ...checkpoint, tensors: tensorsOf(state) };
}

/** With a copy of the tensors. */
export async function copyOf({ tensors, ...checkpoint }: OpenCheckpoint): Promise<Checkpoint> {
  return { ...checkpoint, state: await stateOf(tensors) };
}

/** A file that is a safetensors file but no checkpoint that this version can go on from. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

const prefix = 'kestirme.';
type Field = keyof typeof fieldChecks;
const fields = Object.keys(fieldChecks) as Field[];

/** For whoever opens the file with another program. */
const about =
  'A training run to go on from. Random numbers are functions of training.seed, position and the sample (Philox 4x32-10), ' +
  'lambda and the learning rate are functions of training and position: they have no state of their own, but for a lambda ' +
  'that the run measures.';

// The metadata begins with the file's SHA-256, taken while these 64 digits are zeros: every other byte counts.
const hashName = `${prefix}sha256`;
const noHash = '0'.repeat(64);
const beforeHash = new TextEncoder().encode(`{"__metadata__":{"${hashName}":"`);
const hashStart = 8 + beforeHash.length;
const hashEnd = hashStart + noHash.length;

/** Puts bytes into a file, from this place on; they may be overwritten when it is done. */
export type WriteAt = (bytes: Uint8Array, at: number) => void | Promise<void>;

/**
 * One safetensors file: the tensors under PyTorch's names, so that it also serves as plain weights
 * (`safetensors.torch.load_file`; names that begin with 'optimizer.' are not the network's), the rest as JSON in the metadata.
 */
export async function encodeCheckpoint(checkpoint: Checkpoint | OpenCheckpoint): Promise<Uint8Array<ArrayBuffer>> {
  const open = 'state' in checkpoint ? openCheckpoint(checkpoint) : checkpoint;
  const head = headOf(open);
  const file = new Uint8Array(head.bytes);
  await write(open, head, (bytes, at) => file.set(bytes, at));
  return file;
}

/**
 * The same file, one tensor after the other: nobody needs a copy of the state. It is complete only when this resolves, since
 * its hash, which stands near its start, comes last.
 */
export function writeCheckpoint(checkpoint: OpenCheckpoint, writeAt: WriteAt): Promise<void> {
  return write(checkpoint, headOf(checkpoint), writeAt);
}

type Head = ReturnType<typeof safetensorsHeader>;

function headOf(checkpoint: OpenCheckpoint): Head {
  const metadata: Record<string, string> = {
    [hashName]: noHash,
    format: 'pt',
    [`${prefix}version`]: String(checkpoint.version),
    [`${prefix}about`]: about,
  };
  for (const field of fields) metadata[prefix + field] = JSON.stringify(checkpoint[field]);
  const tensors = [...checkpoint.tensors.shapes].map(([name, shape]) => [name, { dtype: 'F32', shape }] as const);
  return safetensorsHeader(tensors, metadata);
}

async function write({ tensors }: OpenCheckpoint, { header }: Head, writeAt: WriteAt): Promise<void> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    let at = 0;
    async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
      await writeAt(bytes, at);
      at += bytes.length;
      yield bytes;
    }
    yield* piece(header);
    for (const [name, shape] of tensors.shapes) {
      yield* piece(tensorBytes(name, { dtype: 'F32', shape: [...shape], data: await tensors.read(name) }));
    }
  }
  await writeAt(new TextEncoder().encode(await platform.sha256(pieces())), hashStart);
}

/**
 * Reads what `encodeCheckpoint` of this version or one before wrote; one changed bit anywhere is found, but in files of the
 * first version, which have no SHA-256. `name` stands in errors.
 * @throws SafetensorsError when the file is damaged, CheckpointError when it is not a checkpoint of these versions or its
 * bytes are not those that were written.
 */
export async function decodeCheckpoint(bytes: Uint8Array, name = 'checkpoint'): Promise<Checkpoint> {
  const { checkpoint, isHashed } = parse(bytes, name);
  if (!isHashed) return checkpoint;
  const pieces = [bytes.subarray(0, hashStart), new TextEncoder().encode(noHash), bytes.subarray(hashEnd)];
  const written = new TextDecoder().decode(bytes.subarray(hashStart, hashEnd));
  if (beforeHash.some((byte, i) => bytes[8 + i] !== byte) || written !== (await platform.sha256(pieces))) {
    throw new CheckpointError(`${name} is damaged: its content is not what its SHA-256 was taken of`);
  }
  return checkpoint;
}

/** As `decodeCheckpoint`, but takes the content as it is. */
export function parseCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  return parse(bytes, name).checkpoint;
}

function parse(bytes: Uint8Array, name: string): { checkpoint: Checkpoint; isHashed: boolean } {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  const written = metadata[`${prefix}version`];
  if (written === undefined) {
    throw new CheckpointError(`${name} holds tensors but no training run: its metadata lacks '${prefix}version'`);
  }
  if (!isKnownVersion(written)) {
    throw new CheckpointError(
      `${name} has checkpoint version ${excerpt(written)}, this program reads versions 1 to ${checkpointVersion}: use the one that wrote it`,
    );
  }
  const stored = fields.flatMap((field) => {
    const text = metadata[prefix + field];
    return text === undefined ? [] : [[field, parseField(text, field, name)] as const];
  });
  const values = migrateFields(Object.fromEntries(stored));
  for (const field of fields) requireField(values, field, name);
  const state = Object.fromEntries([...tensors].map(([tensor, content]) => [tensor, floats(tensor, content, name)]));
  // The engine and the trainer check the contents against the network, the options and the data.
  const contents = values as unknown as Omit<Checkpoint, 'version' | 'state'>;
  const isHashed = hasHash(written) || metadata[hashName] !== undefined;
  return { checkpoint: { version: checkpointVersion, ...contents, state }, isHashed };
}

function parseField(text: string, field: Field, file: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new CheckpointError(`${file}: '${prefix}${field}' is not JSON (${(cause as Error).message})`);
  }
}

function requireField(values: Readonly<Record<string, unknown>>, field: Field, file: string): void {
  if (values[field] === undefined) throw new CheckpointError(`${file}: metadata lacks '${prefix}${field}'`);
  const problem = fieldChecks[field](values[field], prefix + field);
  if (problem !== undefined) throw new CheckpointError(`${file}: ${problem}`);
}

function floats(name: string, tensor: FileTensor, file: string): { shape: number[]; data: Float32Array } {
  if (tensor.dtype !== 'F32')
    throw new CheckpointError(`${file}: expected '${excerpt(name)}' to be F32, got ${tensor.dtype}`);
  return { shape: tensor.shape, data: tensor.data };
}

/** Tensors of a state that are read one at a time, from wherever they lie: a state is two or three times as large as the weights. */
import type { NetworkCalls, State } from '../engine/types.js';
import { answeringName, isOfOptimizer } from '../loaded/tensorNames.js';
import { freeBuffers } from '../platform/freeBuffers.js';

export interface Tensors {
  /** In the order in which a file has them. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** Of one tensor, row-major. One read at a time: the next one may overwrite what this one gave. */
  read(name: string): Promise<Float32Array>;
}

/** Floats of a tensor of this shape. */
export function countOf(shape: readonly number[]): number {
  // The product may pass Infinity on its way, and Infinity times 0 is no number.
  return shape.includes(0) ? 0 : shape.reduce((product, extent) => product * extent, 1);
}

/** Those of a state; no copies. */
export function tensorsOf(state: State): Tensors {
  return {
    shapes: new Map(Object.entries(state).map(([name, { shape }]) => [name, shape])),
    async read(name) {
      return (state[name] as State[string]).data;
    },
  };
}

/** A copy of them all. */
export async function stateOf({ shapes, read }: Tensors): Promise<State> {
  const state: State = {};
  for (const [name, shape] of shapes) state[name] = { shape: [...shape], data: (await read(name)).slice() };
  return state;
}

/** The weights that an evaluation uses, as `answeringWeights` has them. */
export function answeringTensors({ shapes, read }: Tensors): Tensors {
  return {
    shapes: new Map([...shapes].filter(([name]) => !isOfOptimizer(name))),
    read: (name) => read(answeringName(name, (other) => shapes.has(other))),
  };
}

/**
 * Does `work` with the tensors of the engine's network as they are now. They all pass through one piece of memory, of the
 * largest one's size, which is free again when `work` is done; afterwards they cannot be read any more.
 */
export async function withTensorsOf<T>(
  engine: Pick<NetworkCalls, 'stateShapes' | 'readTensor'>,
  work: (tensors: Tensors) => Promise<T>,
): Promise<T> {
  const shapes = await engine.stateShapes();
  let memory: ArrayBuffer | null = new ArrayBuffer(4 * Math.max(0, ...[...shapes.values()].map(countOf)));
  const read = async (name: string): Promise<Float32Array> => {
    if (memory === null)
      throw new Error(`"${name}" is read too late: the engine has gone on; copy a checkpoint with \`copyOf\``);
    const floats = await engine.readTensor(name, memory);
    memory = floats.buffer as ArrayBuffer;
    return floats;
  };
  try {
    return await work({ shapes, read });
  } finally {
    freeBuffers([memory]);
    memory = null;
  }
}

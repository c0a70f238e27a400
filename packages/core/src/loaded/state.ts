/** A loaded network's tensors as a checkpoint has them, and their hash. */
import { platform } from '#platform';
import type { State, StateTensor } from '../engine/types.js';
import type { Parameter, Parameters } from '../layers/parameters.js';
import { excerpt } from '../plain/excerpt.js';
import { canonicaliseNaN } from './canonical.js';
import type { LoadedNetwork } from './loadedNetwork.js';
import { answeringName, averagePrefix, isOfOptimizer, stepsName } from './tensorNames.js';

/** The parameters and running statistics that an evaluation uses: their moving averages, where the training has them. */
export function answeringWeights(state: State): State {
  const names = Object.keys(state).filter((name) => !isOfOptimizer(name));
  const other = (name: string) => answeringName(name, (average) => Object.hasOwn(state, average));
  return Object.fromEntries(names.map((name) => [name, state[other(name)] as StateTensor]));
}

interface Place {
  name: string;
  parameters: Parameters;
  parameter: Parameter;
  address: number;
}

/** Every tensor: parameters and running statistics, then the optimiser's. */
function places(loaded: LoadedNetwork): { weights: Place[]; optimizer: Place[] } {
  const { parameters, running, optimizerStates, average } = loaded;
  const of = (block: Parameters, start: number, prefix: string): Place[] =>
    block.list.map((parameter) => ({
      name: `${prefix}${parameter.name}`,
      parameters: block,
      parameter,
      address: start + 4 * parameter.offset,
    }));
  return {
    weights: [...of(parameters, parameters.weights, ''), ...of(running, running.weights, '')],
    optimizer: [
      ...optimizerStates.flatMap((name, i) => of(parameters, parameters.states[i] as number, `optimizer.${name}.`)),
      ...(average?.places ?? []).flatMap(([block, address]) => of(block, address, averagePrefix)),
    ],
  };
}

/** By name and in their order: every tensor that there is memory for. `view`: in PyTorch's layout, until the next is asked for. */
function tensorsOf(loaded: LoadedNetwork): Map<string, { shape: number[]; view: () => Float32Array }> {
  const { weights, optimizer } = places(loaded);
  const all = new Map<string, { shape: number[]; view: () => Float32Array }>();
  for (const { name, parameters, parameter, address } of [...weights, ...optimizer]) {
    all.set(name, { shape: [...parameter.shape], view: () => parameters.view(loaded.kernels, parameter, address) });
  }
  if (!loaded.inference) all.set(stepsName, { shape: [1], view: () => Float32Array.of(loaded.optimizer.steps) });
  return all;
}

/** A copy of every tensor, with one NaN for all: equal runs give equal files, byte by byte. */
export function readState(loaded: LoadedNetwork): State {
  const state: State = {};
  for (const [name, { shape, view }] of tensorsOf(loaded)) state[name] = { shape, data: copied(view()) };
  return state;
}

/** Names and shapes of the same, in its order. */
export function stateShapes(loaded: LoadedNetwork): Map<string, number[]> {
  return new Map([...tensorsOf(loaded)].map(([name, { shape }]) => [name, shape]));
}

/** One tensor of the same, in `memory` where that is large enough. @throws Error when there is none of that name */
export function readTensor(loaded: LoadedNetwork, name: string, memory?: ArrayBuffer): Float32Array<ArrayBuffer> {
  const tensor = tensorsOf(loaded).get(name);
  if (tensor === undefined) {
    throw new Error(`the loaded network, ${excerpt(loaded.network.name)}, has no tensor "${excerpt(name)}"`);
  }
  return copied(tensor.view(), memory);
}

function copied(from: Float32Array, memory?: ArrayBuffer): Float32Array<ArrayBuffer> {
  const isRoom = memory !== undefined && memory.byteLength >= from.byteLength;
  const copy = new Float32Array(isRoom ? memory : new ArrayBuffer(from.byteLength), 0, from.length);
  copy.set(from);
  return canonicaliseNaN(copy);
}

/** @throws Error before anything is written when the state is not one of the loaded network. */
export function writeState(loaded: LoadedNetwork, state: State): void {
  const { weights, optimizer } = places(loaded);
  requireOwnWeights(loaded, weights, state);
  const present = optimizer.filter(({ name }) => name in state);
  if (present.length > 0 && present.length < optimizer.length) {
    const missing = optimizer.find(({ name }) => !(name in state)) as Place;
    throw new Error(`the state has some of the optimiser's tensors but not "${missing.name}"`);
  }
  for (const { name, parameter } of present) {
    const shape = state[name]?.shape ?? [];
    if (isShape(shape, parameter)) continue;
    throw new Error(`tensor "${name}" has shape [${shape}], the network needs [${parameter.shape}]`);
  }
  loaded.changed();
  for (const { name, parameters, parameter, address } of [...weights, ...present]) {
    parameters.write(loaded.kernels, parameter, address, (state[name] as State[string]).data);
  }
  loaded.optimizer.steps = state[stepsName]?.data[0] ?? 0;
  if (present.length === 0) loaded.average?.restart();
}

/**
 * Heads that the network has not may have weights in the state: it may have been trained with more. What PyTorch counts
 * beside running statistics is no weight.
 */
function requireOwnWeights({ network }: LoadedNetwork, weights: readonly Place[], state: State): void {
  const known = new Set(weights.map(({ name }) => name));
  const stranger = Object.keys(state).find(
    (name) => !known.has(name) && !/^(optimizer|head)\.|\.num_batches_tracked$/.test(name),
  );
  const misfit = weights.find(({ name, parameter }) => !isShape(state[name]?.shape ?? [], parameter));
  if (stranger === undefined && misfit === undefined) return;
  const other = `the state is not of the loaded network, ${excerpt(network.name)}`;
  if (misfit === undefined) throw new Error(`${other}: it also has "${excerpt(stranger as string)}"`);
  const { name, parameter } = misfit;
  const has = state[name] === undefined ? `it has no "${name}"` : `its "${name}" has shape [${state[name].shape}]`;
  throw new Error(`${other}: ${has}, the network's has [${parameter.shape}]`);
}

function isShape(shape: readonly number[], { shape: wanted }: Parameter): boolean {
  return shape.length === wanted.length && shape.every((n, i) => n === wanted[i]);
}

/** SHA-256 over name and content of each parameter and running statistic, in network order; NaNs count as one NaN. */
export function sha256OfWeights(loaded: LoadedNetwork): Promise<string> {
  const { kernels } = loaded;
  const tensors = places(loaded).weights.map(
    ({ name, parameters, parameter, address }) => [name, () => parameters.view(kernels, parameter, address)] as const,
  );
  return platform.sha256(bytesOf(tensors));
}

/** One piece at a time: the weights need no second copy. */
function* bytesOf(tensors: readonly (readonly [name: string, read: () => Float32Array])[]): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const [name, read] of tensors) {
    yield encoder.encode(`${name}\0`);
    const data = canonicaliseNaN(read());
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

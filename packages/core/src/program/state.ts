/** A loaded network's tensors as a checkpoint has them, and their hash. */
import { platform } from '#platform';
import type { State } from '../engine/types.js';
import type { Parameter, Parameters } from '../layers/parameters.js';
import { Optimizer } from '../optim/optimizer.js';
import { excerpt } from '../plain/excerpt.js';
import { canonicaliseNaN } from './canonical.js';
import type { Program } from './program.js';

/** Holds the optimiser's number of steps, beside its tensors. */
const stepsName = 'optimizer.steps';

interface Place {
  name: string;
  parameters: Parameters;
  parameter: Parameter;
  address: number;
}

/** Every tensor: parameters and running statistics, then the optimiser's. */
function places({ parameters, running, training }: Program): { weights: Place[]; optimizer: Place[] } {
  const of = (block: Parameters, start: number, prefix: string): Place[] =>
    block.list.map((parameter) => ({
      name: `${prefix}${parameter.name}`,
      parameters: block,
      parameter,
      address: start + 4 * parameter.offset,
    }));
  const names = Optimizer.stateNames(training.optimizer);
  return {
    weights: [...of(parameters, parameters.weights, ''), ...of(running, running.weights, '')],
    optimizer: names.flatMap((name, i) => of(parameters, parameters.states[i] as number, `optimizer.${name}.`)),
  };
}

/** Every tensor in PyTorch's layout, with one NaN for all: equal runs give equal files, byte by byte. */
export function readState(program: Program): State {
  const { weights, optimizer } = places(program);
  const state: State = {};
  for (const { name, parameters, parameter, address } of [...weights, ...optimizer]) {
    state[name] = parameters.read(program.kernels, parameter, address);
    canonicaliseNaN(state[name].data);
  }
  state[stepsName] = { shape: [1], data: Float32Array.of(program.optimizer.steps) };
  return state;
}

/** @throws Error before anything is written when the state is not one of the loaded network. */
export function writeState(program: Program, state: State): void {
  const { weights, optimizer } = places(program);
  requireOwnWeights(program, weights, state);
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
  for (const { name, parameters, parameter, address } of [...weights, ...present]) {
    parameters.write(program.kernels, parameter, address, (state[name] as State[string]).data);
  }
  program.optimizer.steps = state[stepsName]?.data[0] ?? 0;
}

/**
 * Heads that the network has not may have weights in the state: it may have been trained with more. What PyTorch counts
 * beside running statistics is no weight.
 */
function requireOwnWeights({ network }: Program, weights: readonly Place[], state: State): void {
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
export function sha256OfWeights(program: Program): Promise<string> {
  return platform.sha256(weightBytes(program));
}

/** One piece at a time: the weights need no second copy. */
function* weightBytes(program: Program): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const { name, parameters, parameter, address } of places(program).weights) {
    yield encoder.encode(`${name}\0`);
    const data = canonicaliseNaN(parameters.view(program.kernels, parameter, address));
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

/** A loaded network's tensors as a checkpoint has them, and their hash. */
import { platform } from '#platform';
import type { Parameter, Parameters } from '../layers/parameters.js';
import { Optimizer } from '../optim/optimizer.js';
import { canonicaliseNaN } from './canonical.js';
import type { Program } from './program.js';
import type { State } from './types.js';

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

export function writeState(program: Program, state: State): void {
  const { weights, optimizer } = places(program);
  const present = optimizer.filter(({ name }) => name in state);
  if (present.length > 0 && present.length < optimizer.length) {
    const missing = optimizer.find(({ name }) => !(name in state)) as Place;
    throw new Error(`the state has some of the optimiser's tensors but not "${missing.name}"`);
  }
  const chosen = [...weights, ...present];
  for (const { name, parameter } of chosen) {
    const tensor = state[name];
    if (tensor === undefined) throw new Error(`the state has no tensor "${name}" of shape [${parameter.shape}]`);
    const same =
      tensor.shape.length === parameter.shape.length && tensor.shape.every((n, i) => n === parameter.shape[i]);
    if (!same) throw new Error(`tensor "${name}" has shape [${tensor.shape}], the network needs [${parameter.shape}]`);
  }
  for (const { name, parameters, parameter, address } of chosen) {
    parameters.write(program.kernels, parameter, address, (state[name] as State[string]).data);
  }
  program.optimizer.steps = state[stepsName]?.data[0] ?? 0;
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

import {
  type BuilderInput,
  type HeadsChoice,
  type NetworkBuilder,
  type NetworkSpec,
  validateNetwork,
  withHeads,
} from 'kestirme';
import { messageOf, UsageError } from '../errors.js';

/** What a network of one's own has to fit. */
export interface Wanted {
  input: BuilderInput;
  timeSteps: number;
  classes: number;
  heads: HeadsChoice;
}

/**
 * The network that somebody's function made, a builder or a specification, with the heads that are wanted.
 * @throws UsageError naming `place` and what is wrong
 */
export function networkFrom(made: unknown, wanted: Wanted, place: string): NetworkSpec {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new UsageError(`${place}: ${problem}`, { cause });
  };
  const spec = specOf(made);
  if (spec === null) {
    return refuse(
      `its function gave ${kindOf(made)}; it has to give a NetworkBuilder, or the network that its build() gives`,
    );
  }
  let network: NetworkSpec;
  try {
    const built = typeof spec.build === 'function' ? spec.build({ heads: 'none' }) : spec;
    // Before anything of it is read: it may come from a program without types.
    validateNetwork(built as NetworkSpec);
    network = withHeads(built as NetworkSpec, wanted.heads);
    validateNetwork(network);
  } catch (error) {
    return refuse(messageOf(error), error);
  }
  for (const [name, has, needs] of [
    ['input', shape(network.input), shape(wanted.input)],
    ['timeSteps', network.timeSteps, wanted.timeSteps],
    ['classes', network.classes, wanted.classes],
  ]) {
    if (has !== needs) refuse(`its network has ${name} ${has}, this run ${needs}: take what the function is handed`);
  }
  return network;
}

function specOf(made: unknown): (Partial<NetworkSpec> & { build?: NetworkBuilder['build'] }) | null {
  const isOne = typeof made === 'object' && made !== null && ('build' in made || 'layers' in made);
  return isOne ? (made as ReturnType<typeof specOf>) : null;
}

const shape = ({ channels, height, width, frames }: BuilderInput) =>
  `${frames ? 'frames of ' : ''}${channels}x${height}x${width}`;

function kindOf(made: unknown): string {
  if (made === undefined) return 'nothing (is a return missing?)';
  if (typeof made === 'function') return 'a function';
  if (typeof made !== 'object' || made === null) return JSON.stringify(made) ?? String(made);
  return Array.isArray(made) ? 'a list' : 'an object without layers';
}

/** Weights of another training to begin with, as far as they fit. */
import type { State } from '../engine/types.js';
import { isOfOptimizer } from '../loaded/tensorNames.js';
import { excerpt } from '../plain/excerpt.js';

/** A tensor that one side lacks (null), or has in another shape. */
export interface Misfit {
  name: string;
  given: number[] | null;
  needed: number[] | null;
}

export interface InitialFit {
  /** Names of the tensors that were taken. */
  taken: string[];
  /** In the network's order, then what it has no use for. */
  misfits: Misfit[];
}

/**
 * The state `own`, as it was drawn, with every tensor of `given` that has its name and shape: no optimiser's. What PyTorch
 * counts beside running statistics is no weight.
 * @throws RangeError when no tensor fits
 */
export function withInitial(own: State, given: State): InitialFit & { state: State } {
  const state: State = {};
  const taken: string[] = [];
  const misfits: Misfit[] = [];
  for (const [name, tensor] of Object.entries(own)) {
    if (isOfOptimizer(name)) continue;
    const other = Object.hasOwn(given, name) ? given[name] : undefined;
    const fits = other !== undefined && isSameShape(other.shape, tensor.shape);
    state[name] = fits ? other : tensor;
    if (fits) taken.push(name);
    else misfits.push({ name, given: other?.shape ?? null, needed: tensor.shape });
  }
  for (const [name, { shape }] of Object.entries(given)) {
    if (isWeight(name) && !Object.hasOwn(own, name)) misfits.push({ name, given: shape, needed: null });
  }
  if (taken.length > 0) return { state, taken, misfits };
  const [mine, theirs] = [own, given].map((one) => Object.keys(one)[0] ?? 'nothing');
  throw new RangeError(
    `none of the initial weights fits: the network has ${mine} and others, what was given has ${excerpt(theirs as string)}`,
  );
}

const isSameShape = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((n, i) => n === b[i]);

const isWeight = (name: string) => !isOfOptimizer(name) && !name.endsWith('.num_batches_tracked');

/** 'initial weights that do not fit: head.main.weight is [100, 64] there and [10, 64] here; ...', all of them. */
export function misfitsInWords(misfits: readonly Misfit[]): string {
  const one = ({ name, given, needed }: Misfit) => {
    if (given === null) return `${name} is missing there`;
    if (needed === null) return `${excerpt(name)} is not of this network`;
    return `${name} is [${given.join(', ')}] there and [${needed.join(', ')}] here`;
  };
  return `initial weights that do not fit: ${misfits.map(one).join('; ')}`;
}

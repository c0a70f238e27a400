/** Kinds of neurons: a file each, and a line here. */
import type { OptionsOf } from '../fields/field.js';
import { type Kind, kindNamed } from '../fields/kind.js';
import type { Surrogate } from '../surrogates/index.js';
import { diet } from './diet.js';
import { glif } from './glif.js';
import { integrateAndFire } from './integrateAndFire.js';
import { lif } from './lif.js';
import { mpbn } from './mpbn.js';
import { mpr } from './mpr.js';
import { plif } from './plif.js';
import { ternary } from './ternary.js';
import { trainableTernary } from './trainableTernary.js';
import type { NeuronKind } from './neuron.js';

export const neurons = [lif, integrateAndFire, plif, mpbn, ternary, trainableTernary, diet, glif, mpr] as const;

export type NeuronName = (typeof neurons)[number]['name'];

/** What a specification says of a neuron: a LIF where there is no `kind`. */
type SpecOfNeuron<N> =
  N extends Kind<infer Name, infer F>
    ? OptionsOf<F> & {
        /** Derivative used for the step function. */
        surrogate: Surrogate;
      } & (Name extends 'lif' ? { kind?: Name } : { kind: Name })
    : never;

export type NeuronOptions = SpecOfNeuron<(typeof neurons)[number]>;
export type LifOptions = SpecOfNeuron<typeof lif>;

export const neuronNames: readonly NeuronName[] = neurons.map(({ name }) => name);

/** The kind of a specification, which is a LIF where it does not say. */
export function neuronKind(name: unknown): NeuronKind | undefined {
  return kindNamed(neurons, name ?? lif.name) as NeuronKind | undefined;
}

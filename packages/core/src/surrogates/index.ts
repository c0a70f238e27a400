/** Derivatives that stand in for the step function's: a file each, and a line here. v is the membrane less the threshold. */
import type { SpecOf } from '../fields/kind.js';
import { atan } from './atan.js';
import { dampedTriangle } from './dampedTriangle.js';
import { erf } from './erf.js';
import { fastSigmoid } from './fastSigmoid.js';
import { piecewiseExponential } from './piecewiseExponential.js';
import { piecewiseQuadratic } from './piecewiseQuadratic.js';
import { rectangle } from './rectangle.js';
import { sigmoid } from './sigmoid.js';
import { softSign } from './softSign.js';
import { superSpike } from './superSpike.js';
import { tanh } from './tanh.js';
import { triangle } from './triangle.js';

export const surrogates = [
  rectangle,
  tanh,
  triangle,
  piecewiseQuadratic,
  sigmoid,
  atan,
  fastSigmoid,
  superSpike,
  softSign,
  erf,
  piecewiseExponential,
  dampedTriangle,
] as const;

/** A surrogate with its option: { kind: 'rectangle', width: 1 }. */
export type Surrogate = SpecOf<(typeof surrogates)[number]>;

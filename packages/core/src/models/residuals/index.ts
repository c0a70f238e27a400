/** Kinds of residual connections: a line each. */
import { ms } from './ms.js';
import { sewAdd, sewAnd, sewIand } from './sew.js';
import { standard } from './standard.js';

export const residuals = [standard, sewAdd, sewAnd, sewIand, ms] as const;

export type ResidualName = (typeof residuals)[number]['name'];

export const residualNames: readonly ResidualName[] = residuals.map(({ name }) => name);

/** Kinds of residual connections: a line each. */
import { sewAdd, sewAnd, sewIand } from './sew.js';
import { standard } from './standard.js';

export const residuals = [standard, sewAdd, sewAnd, sewIand] as const;

export type ResidualName = (typeof residuals)[number]['name'];

export const residualNames: readonly ResidualName[] = residuals.map(({ name }) => name);

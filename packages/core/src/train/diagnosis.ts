/** Where the numbers of a step stopped being finite, once something told that they did, and how large its gradients were. */

import type { ReadOut } from '../heads/readOut.js';
import { NonFiniteError } from '../layers/guard.js';
import type { Pass } from '../layers/pass.js';
import type { LoadedNetwork } from '../loaded/loadedNetwork.js';
import { notFinite } from '../optim/optimizer.js';

const shownLayers = 48;

/** Throws when the loss of a pass is not finite, which then names the first of the heads whose logits are not. */
export function requireFiniteLoss(loaded: LoadedNetwork, pass: Pass, loss: number, heads: readonly ReadOut[]): void {
  if (Number.isFinite(loss)) return;
  heads.forEach((head, i) => {
    pass.guard.check(`head.${head.name}`, 'a logit', loaded.loss.logits(pass, i), loaded.loss.count(pass));
  });
  throw new NonFiniteError('loss', `it is ${loss}, though all logits are finite`);
}

/** Names the kept gradient that is not finite and that the backward pass came to first. */
export function blameGradient(loaded: LoadedNetwork): never {
  const { parameters } = loaded;
  const guilty = parameters.list
    .toReversed()
    .find((p) => parameters.keepsGradient(p) && !Number.isFinite(loaded.norm(parameters.gradient(p), p.length)));
  if (guilty !== undefined) throw notFinite(guilty, 'the gradient of');
  throw new NonFiniteError('optimizer', 'the norm of the gradient is not finite, though all gradients are');
}

/** Names the culprit of an update of kept gradients that left numbers which are not finite. */
export function blameUpdate(loaded: LoadedNetwork): never {
  const { parameters } = loaded;
  const spoilt = (at: number, length: number) => !Number.isFinite(loaded.norm(at, length));
  if (spoilt(parameters.gradients, parameters.gradientLength)) blameGradient(loaded);
  const guilty = parameters.list.find((p) => spoilt(parameters.weight(p), p.length));
  if (guilty !== undefined) throw notFinite(guilty, 'after the update,');
  const moment = parameters.list.find((p) => parameters.states.some((at) => spoilt(at + 4 * p.offset, p.length)));
  if (moment !== undefined) throw notFinite(moment, 'a moment of the gradient of');
  throw new NonFiniteError('optimizer', 'an update is not finite');
}

/** A failed step's gradients, those that were complete, in a sentence. */
export function gradientsInWords(loaded: LoadedNetwork): string {
  const { parameters, optimizer } = loaded;
  const squares = new Map<string, number>();
  for (const parameter of parameters.list) {
    const kept = parameters.keepsGradient(parameter)
      ? loaded.norm(parameters.gradient(parameter), parameter.length)
      : 0;
    const layer = parameter.name.slice(0, parameter.name.lastIndexOf('.'));
    const square = optimizer.passed.get(parameter) ?? kept * kept;
    squares.set(layer, (squares.get(layer) ?? 0) + square);
  }
  // What the backward pass had not come to is still zero.
  const known = [...squares].filter(([, square]) => square !== 0);
  if (known.length === 0) {
    const before = optimizer.normBefore;
    const past = before === null ? '' : `; that of the step before had the norm ${before.toPrecision(3)}`;
    return `No gradient of this step was there yet${past}`;
  }
  const words = known.slice(-shownLayers).map(([layer, square]) => `${layer} ${Math.sqrt(square).toPrecision(3)}`);
  const more = known.length > shownLayers ? ` (the ${shownLayers} last layers of ${known.length})` : '';
  return `Gradient norms of this step${more}: ${words.join(', ')}`;
}

import type { Steps } from './index.js';

/** Random changes of a training image, drawn anew in each epoch: the steps 'crop' and 'flip'. */
export interface Augment {
  /** Zero padding in pixels on each side, from which a window of the image's own size is cut at random; 0: no crop. */
  crop: number;
  /** Mirrors half of the images left to right. */
  flip: boolean;
}

/** The steps of a data set's usual changes. A crop of 0 pixels draws its numbers all the same, as it always has. */
export function stepsOf(augment: Augment | Steps): Steps {
  if (!('crop' in augment)) return augment;
  const { crop: padding, flip } = augment;
  return [{ kind: 'crop', padding }, ...(flip ? [{ kind: 'flip' } as const] : [])];
}

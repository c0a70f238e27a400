/** Options on who looks on while a run trains; no run remembers them. */
import { optional } from './option.js';
import { path } from './types.js';

const watching = { group: 'Watching', commandLineOnly: true };

export const viewOptions = {
  tensorboard: optional(path('DIR'), 'Event files for TensorBoard, in a folder for each run', watching),
};

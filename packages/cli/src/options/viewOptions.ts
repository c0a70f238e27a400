/** Options on who looks on while a run trains; no run remembers them. */
import { option, optional } from './option.js';
import { flag, number, path } from './types.js';

const watching = { group: 'Watching', commandLineOnly: true };

export const serverOptions = {
  port: optional(number({ min: 1, max: 65_535, integer: true }), "Port of the page's server on this machine", {
    ...watching,
    defaultText: 'a free one',
  }),
  open: option(flag, false, 'Open the page in the browser', watching),
};

export const viewOptions = {
  dashboard: option(flag, false, 'Serve a live page over the run to this machine; stop and resume it there', watching),
  ...serverOptions,
  tensorboard: optional(path('DIR'), 'Event files for TensorBoard, in a folder for each run', watching),
};

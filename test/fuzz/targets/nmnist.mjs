// N-MNIST's recordings of events.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/nmnist');

export const target = () => eventTarget('nmnist', 640);

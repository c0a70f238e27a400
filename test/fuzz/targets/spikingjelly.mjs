// SpikingJelly's cached events.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/spikingjelly');

export const target = () => eventTarget('spikingjelly', 2048);

// Recordings of events in AEDAT 2.0, of a DVS128 and of a DAVIS.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/aedat2');

export const target = () => eventTarget('aedat2', 1024);

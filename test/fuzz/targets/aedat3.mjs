// Recordings of events in AEDAT 3.1.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/aedat3');

export const target = () => eventTarget('aedat3', 1280);

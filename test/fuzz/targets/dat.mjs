// Prophesee's .dat.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/dat', 'formats/percentHeader');

export const target = () => eventTarget('dat', 640);

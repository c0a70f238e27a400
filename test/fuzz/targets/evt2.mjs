// Prophesee's EVT 2.0.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/evt2', 'formats/evtHeader', 'formats/percentHeader');

export const target = () => eventTarget('evt2', 640);

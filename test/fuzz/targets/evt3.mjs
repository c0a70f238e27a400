// Prophesee's EVT 3.0.
import { eventTarget, instrumentsOf } from '../eventTarget.mjs';

export const instruments = instrumentsOf('formats/evt3', 'formats/evtHeader', 'formats/percentHeader');

export const target = () => eventTarget('evt3', 1024);

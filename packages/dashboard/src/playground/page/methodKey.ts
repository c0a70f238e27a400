/** A method has one look everywhere: its entry of the palette, as in the report. */
import { type Method, methods } from 'kestirme';
import { lineKey } from '../../charts/lineKey.js';

export const entryOf = (method: Method): number => methods.indexOf(method);

/** Line and marker of the method's curves. */
export const keyOf = (method: Method): SVGElement => lineKey(entryOf(method));

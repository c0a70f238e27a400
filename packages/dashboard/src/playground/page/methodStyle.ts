/** A method has one name and one look everywhere: colour, strokes and marker, told apart in grey as well. */
import type { Method } from 'kestirme';
import { methods } from 'kestirme';
import { type PaletteEntry, paletteEntry } from '../../charts/palette.js';

export function styleOf(method: Method): PaletteEntry {
  return paletteEntry(methods.indexOf(method));
}

export const isDark = (): boolean => matchMedia('(prefers-color-scheme: dark)').matches;

export function colourOf(method: Method): string {
  const { color, dark } = styleOf(method);
  return isDark() ? dark : color;
}

/** A short stroke as the method's curves have it. */
export function sampleOf(method: Method): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  for (const [name, value] of Object.entries({ width: '32', height: '10', 'aria-hidden': 'true', class: 'sample' }))
    svg.setAttribute(name, value);
  const look = { d: 'M0 5h32', stroke: colourOf(method), 'stroke-width': '3' };
  for (const [name, value] of Object.entries(look)) line.setAttribute(name, value);
  line.setAttribute('stroke-dasharray', styleOf(method).dash.join(' '));
  svg.append(line);
  return svg;
}

import { type Marker, paletteEntry } from './palette.js';
import { colourOf } from './theme.js';

const SVG = 'http://www.w3.org/2000/svg';
const MARKERS: Record<Marker, string> = {
  circle: 'M18 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  rect: 'M18 3h8v8h-8Z',
  triangle: 'M22 2l5 9h-10Z',
  diamond: 'M22 2l5 5l-5 5l-5-5Z',
  arrow: 'M22 2l5 9l-5-2.5l-5 2.5Z',
};

/** Line and marker of a series, as in the charts. */
export function lineKey(index: number): SVGElement {
  const entry = paletteEntry(index);
  const color = colourOf(entry);
  const make = (name: string, attributes: Record<string, string>) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = make('svg', { viewBox: '0 0 44 14', class: 'line-key', 'aria-hidden': 'true' });
  const dashes = entry.dash.join(' ');
  svg.append(
    make('path', { d: 'M1 7H43', fill: 'none', stroke: color, 'stroke-width': '2', 'stroke-dasharray': dashes }),
  );
  svg.append(make('path', { d: MARKERS[entry.marker], fill: color }));
  return svg;
}

import { escapeHtml } from './html.js';
import { type Marker, PAPER, type SeriesStyle } from './style.js';

const MARKERS: Record<Marker, string> = {
  circle: 'M18 7a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z',
  rect: 'M18 3h8v8h-8Z',
  triangle: 'M22 2l5 9h-10Z',
  diamond: 'M22 2l5 5l-5 5l-5-5Z',
  arrow: 'M22 2l5 9l-5-2.500l-5 2.500Z',
};

export interface KeyOptions {
  dash?: number[];
  hollow?: boolean;
  /** A line without a marker. */
  bare?: boolean;
}

/** The line and marker of a series, as in the charts. */
export function keyOf(style: SeriesStyle, { dash = style.dash, hollow = false, bare = false }: KeyOptions = {}) {
  const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
  const line = `<path d="M1 7H43" fill="none" stroke="${style.color}" stroke-width="2"${dashes}/>`;
  const paint = hollow ? `fill="${PAPER}" stroke="${style.color}" stroke-width="1.5"` : `fill="${style.color}"`;
  const marker = `<path d="${MARKERS[style.marker]}" ${paint}/>`;
  return `<svg class="key" viewBox="0 0 44 14" aria-hidden="true">${line}${bare ? '' : marker}</svg>`;
}

/** The place of an entry is what its lines have as `entry`: the page's script hides and shows them by it. */
export function legend(entries: { style: SeriesStyle; label: string; options?: KeyOptions }[]): string {
  const items = entries.map(
    ({ style, label, options }, entry) =>
      `<li data-s="${entry}">${keyOf(style, options)}<span>${escapeHtml(label)}</span></li>`,
  );
  return `<ul class="legend" aria-label="Legend">${items.join('')}</ul>`;
}

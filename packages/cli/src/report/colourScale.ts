/** Colours of heat maps, in steps: a step is read off exactly, and a map of thousands of cells has only a few shapes. */
import { isNumber, number, RISING } from '@kestirme/dashboard/charts';
import { escapeHtml } from './html.js';

export interface Level {
  color: string;
  label: string;
}

export interface ColourScale {
  /** The levels in ascending order. */
  levels: Level[];
  /** Index of the level of a value; that of 0 is the lowest. Null for a value that is no number. */
  levelOf(value: unknown): number | null;
}

/** Below the middle, the middle, above it: tell apart by lightness alone, too, and for colour-blind readers. */
const BELOW = ['#EAE9E6', '#9CC3DF', '#3F86BC', '#10376B'];
const ABOVE = ['#EAE9E6', '#F4B183', '#D8712A', '#752B05'];

const MOST_STEPS = 6;
/** Factors between two levels: the first that reaches over the values. */
const FACTORS = [2, Math.sqrt(10), 10, 100, 1000];

function mix(colors: readonly string[], share: number): string {
  const at = Math.min(Math.max(share, 0), 1) * (colors.length - 1);
  const [from = '', to = ''] = [colors[Math.floor(at)], colors[Math.ceil(at)]];
  const part = (color: string, index: number) => Number.parseInt(color.slice(1 + 2 * index, 3 + 2 * index), 16);
  const channels = [0, 1, 2].map((index) => {
    const value = part(from, index) + (part(to, index) - part(from, index)) * (at - Math.floor(at));
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${channels.join('')}`.toUpperCase();
}

function positive(values: unknown[]): number[] {
  return values.filter((value): value is number => isNumber(value) && value > 0);
}

/** Around 1: as much, less, more. */
export function ratioScale(values: unknown[]): ColourScale {
  const reach = Math.max(0, ...positive(values).map((value) => Math.abs(Math.log(value))));
  const factor = FACTORS.find((one) => reach <= Math.log(one) * (MOST_STEPS + 0.5)) ?? 1000;
  const step = (value: number) => Math.round(Math.log(value) / Math.log(factor));
  const steps = positive(values).map(step);
  const clamp = (one: number) => Math.min(Math.max(one, -MOST_STEPS), MOST_STEPS);
  const hasZero = values.some((value) => value === 0);
  const [low, high] = [clamp(Math.min(0, ...steps, hasZero ? -1 : 0)), clamp(Math.max(0, ...steps))];
  const furthest = Math.max(3, -low, high);
  const levels: Level[] = [];
  for (let at = low; at <= high; at++) {
    levels.push({ color: mix(at < 0 ? BELOW : ABOVE, Math.abs(at) / furthest), label: ratioLabel(factor, at) });
  }
  return { levels, levelOf: levelOf((value) => clamp(step(value)) - low) };
}

function ratioLabel(factor: number, at: number): string {
  if (at === 0) return '1';
  if (factor !== 2) return number(factor ** at, 1);
  return at < 0 ? `1/${2 ** -at}` : String(2 ** at);
}

/** Powers of ten, or half ones, from the least to the largest value. */
export function sizeScale(values: unknown[]): ColourScale {
  const logs = positive(values).map(Math.log10);
  const [least, most] = logs.length > 0 ? [Math.min(...logs), Math.max(...logs)] : [0, 0];
  const step = [0.5, 1, 2, 5].find((one) => (most - least) / one < 2 * MOST_STEPS) ?? 10;
  const [low, high] = [Math.round(least / step), Math.round(most / step)];
  const levels: Level[] = [];
  for (let at = low; at <= high; at++) {
    levels.push({ color: mix(RISING, (at - low) / Math.max(high - low, 1)), label: number(10 ** (at * step), 1) });
  }
  return { levels, levelOf: levelOf((value) => Math.round(Math.log10(value) / step) - low) };
}

function levelOf(index: (value: number) => number): ColourScale['levelOf'] {
  return (value) => {
    if (!isNumber(value) || value < 0) return null;
    return value === 0 ? 0 : index(value);
  };
}

/** The levels side by side, each with the middle of its values. */
export function scaleLegend({ levels }: ColourScale, what: string): string {
  const items = levels.map(
    ({ color, label }) =>
      `<li><svg class="swatch" viewBox="0 0 34 14" aria-hidden="true"><path d="M0 0H34V14H0Z" fill="${color}"/></svg>` +
      `<span>${escapeHtml(label)}</span></li>`,
  );
  return `<p class="scale-title">${escapeHtml(what)}</p><ul class="scale" aria-label="Colours">${items.join('')}</ul>`;
}

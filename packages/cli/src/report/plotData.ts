/** The numbers behind a drawing, in an attribute beside it: for the page's script, which makes tooltips and CSV of them. */

import { isNumber } from '@kestirme/dashboard/charts';
import type { Axis } from './axes.js';
import { escapeHtml } from './html.js';
import { type Line, MARGIN, type Panel, type PlotData, type PlotSeries } from './panel.js';

/** Digits that are kept: more than a drawing shows, fewer than a double has. */
const DIGITS = 6;

function round(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

export interface NamedLine {
  name: string;
  /** The line in plain values: of a logarithmic axis not the logarithms. */
  line: Line;
}

export function plotData(
  options: Pick<PlotData, 'x' | 'y' | 'format'> & { lines: NamedLine[]; nameOf: (x: number) => string },
): PlotData {
  const { lines, nameOf, ...rest } = options;
  const xs = [...new Set(lines.flatMap(({ line }) => line.points.map(([x]) => x)))].sort((a, b) => a - b);
  const places = new Map(xs.map((x, index) => [x, index]));
  return {
    ...rest,
    at: xs.map((x) => [x, nameOf(x)]),
    series: lines.map(({ name, line }) => {
      const ends = new Map([...line.band, ...(line.bars ?? [])].map(([x, low, high]) => [x, [low, high] as const]));
      return {
        name,
        entry: line.entry,
        values: line.points.flatMap(([x, value]): PlotSeries['values'] => {
          const [at, range] = [places.get(x), ends.get(x)];
          if (at === undefined || !isNumber(value)) return [];
          return [range ? [at, round(value), round(range[0]), round(range[1])] : [at, round(value)]];
        }),
      };
    }),
  };
}

/** Nothing where the panel tells no numbers. */
export function plotAttribute({ data, x, y }: Panel, width: number, height: number): string {
  if (data === undefined) return '';
  const span = ({ min, max }: Axis) => [min, max];
  const box = [MARGIN.left, MARGIN.top, width - MARGIN.right, height - MARGIN.bottom];
  return ` data-plot="${escapeHtml(JSON.stringify({ ...data, box, size: [width, height], spans: [span(x), span(y)] }))}"`;
}

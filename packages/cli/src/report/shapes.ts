/** Shapes that ECharts has no series for, drawn in the coordinates of the axes. */
import type { CustomSeriesOption } from 'echarts/charts';
import type { Axis } from './axes.js';
import {
  type Cells,
  FONT_SIZE,
  type Line,
  MARGIN,
  type Mark,
  MOST_MARKERS,
  type Point,
  type TextNote,
  type Zone,
} from './panel.js';
import { INK, type SeriesStyle, ZONE } from './style.js';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;
type Shape = ReturnType<RenderItem>;

/** A series of one shape, drawn in the coordinates of the axes. */
function shapeSeries(z: number, draw: (api: Parameters<RenderItem>[1]) => Shape): CustomSeriesOption {
  return { type: 'custom', silent: true, z, data: [[0, 0]], renderItem: (_params, api) => draw(api) };
}

export function bandSeries(
  { style, points, band, joined = true, filled = false }: Line,
  y: Axis,
): CustomSeriesOption[] {
  const series: CustomSeriesOption[] = [];
  if (filled && points.length > 1) {
    const [first, last] = [points[0] as Point, points.at(-1) as Point];
    series.push(polygon(style, [[first[0], y.min], ...points, [last[0], y.min]], 0.1));
  }
  const open = band.filter(([, low, high]) => high > low);
  if (open.length === 0) return series;
  if (joined && band.length > 1) {
    const upper = band.map(([at, , high]): Point => [at, high]);
    const lower = band.map(([at, low]): Point => [at, low]).reverse();
    return [...series, polygon(style, [...upper, ...lower], 0.18)];
  }
  const bars = open.map(([at, low, high]) =>
    shapeSeries(2, (api) => {
      const [from, to] = [api.coord([at, low]), api.coord([at, high])] as [number[], number[]];
      const shape = { x1: from[0] ?? 0, y1: from[1] ?? 0, x2: to[0] ?? 0, y2: to[1] ?? 0 };
      return { type: 'line', shape, style: { stroke: style.color, lineWidth: 3, opacity: 0.45 } };
    }),
  );
  return [...series, ...bars];
}

const CAP = 3.5;

/** Thin bars with caps, at the points that have markers: all of a line as one path. */
export function errorBars({ style, points, bars = [], joined = true }: Line): CustomSeriesOption[] {
  const every = joined ? Math.ceil(points.length / MOST_MARKERS) : 1;
  const shown = bars.filter(([, low, high], index) => high > low && (index % every === 0 || index === bars.length - 1));
  if (shown.length === 0) return [];
  const draw = shapeSeries(2, (api) => {
    const parts = shown.map(([at, low, high]) => {
      const [x = 0, bottom = 0] = api.coord([at, low]) as number[];
      const top = (api.coord([at, high]) as number[])[1] ?? 0;
      const caps = [bottom, top].map((y) => `M${x - CAP} ${y}h${2 * CAP}`).join('');
      return `M${x} ${bottom}V${top}${caps}`;
    });
    const paint = { fill: 'none', stroke: style.color, lineWidth: 1.3 };
    return { type: 'path', shape: { pathData: parts.join('') }, style: paint };
  });
  return [draw];
}

/** All cells of one colour as one path: a heat map has thousands. */
export function cellSeries({ color, rects }: Cells): CustomSeriesOption {
  return shapeSeries(0, (api) => {
    const corners = rects.map(([left, bottom, right, top]) => {
      const [x0 = 0, y0 = 0] = api.coord([left, top]) as number[];
      const [x1 = 0, y1 = 0] = api.coord([right, bottom]) as number[];
      // Whole pixels: cells that meet leave no seam.
      return [x0, y0, x1, y1].map(Math.round) as [number, number, number, number];
    });
    const pathData = corners.map(([x0, y0, x1, y1]) => `M${x0} ${y0}H${x1}V${y1}H${x0}Z`).join('');
    return { type: 'path', shape: { pathData }, style: { fill: color } };
  });
}

/** A dotted line; what it is stands above the plot, where no curve crosses it. */
export function markSeries({ y: level }: Mark, x: Axis): CustomSeriesOption {
  return shapeSeries(2, (api) => {
    const [left = 0, top = 0] = api.coord([x.min, level]) as number[];
    const [right = 0] = api.coord([x.max, level]) as number[];
    return { type: 'line', shape: { x1: left, y1: top, x2: right, y2: top }, style: DOTTED_LINE };
  });
}

const DOTTED_LINE = { stroke: INK, lineWidth: 1.3, lineDash: [2, 3] };

export function markNames(marks: Mark[], width: number): CustomSeriesOption[] {
  if (marks.length === 0) return [];
  const text = marks.map(({ label }) => label).join('; ');
  const [right, middle] = [width - MARGIN.right, 10];
  const room = text.length * FONT_SIZE * 0.53;
  const key = { x1: right - room - 34, y1: middle, x2: right - room - 8, y2: middle };
  const style = { text, fill: INK, fontSize: FONT_SIZE, align: 'right', verticalAlign: 'middle' } as const;
  return [
    shapeSeries(4, () => ({
      type: 'group',
      children: [
        { type: 'line', shape: key, style: DOTTED_LINE },
        { type: 'text', x: right, y: middle, style },
      ],
    })),
  ];
}

function polygon(style: SeriesStyle, points: Point[], opacity: number): CustomSeriesOption {
  return shapeSeries(1, (api) => ({
    type: 'polygon',
    shape: { points: points.map((point) => api.coord(point)) },
    style: { fill: style.color, opacity },
  }));
}

export function zoneSeries({ from, to, label, shaded }: Zone, y: Axis): CustomSeriesOption {
  return shapeSeries(-1, (api) => {
    const [left, top] = api.coord([from, y.max]) as [number, number];
    const [right, bottom] = api.coord([to, y.min]) as [number, number];
    const room = Math.floor((right - left) / (FONT_SIZE * 0.56));
    // The end of a long name tells more: names of one network begin alike.
    const text = label.length <= room ? label : room >= 3 ? `…${label.slice(1 - room)}` : '';
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: { x: left, y: top, width: right - left, height: bottom - top },
          style: { fill: shaded ? ZONE : 'none' },
        },
        {
          type: 'text',
          x: (left + right) / 2,
          y: top + 3,
          style: { text, fill: INK, fontSize: FONT_SIZE, align: 'center', verticalAlign: 'top' },
        },
      ],
    };
  });
}

/** Above the labels of the axis, from the left edge: there it has room and needs no turning of the head. */
export function axisNameSeries(text: string): CustomSeriesOption {
  const style = { text, fill: INK, fontSize: FONT_SIZE, align: 'left', verticalAlign: 'middle' } as const;
  return shapeSeries(4, () => ({ type: 'text', x: 1, y: 10, style }));
}

export function textSeries({ x, height, text, color }: TextNote, y: Axis): CustomSeriesOption {
  return shapeSeries(4, (api) => {
    const [left, top] = api.coord([x, y.min + height * (y.max - y.min)]) as [number, number];
    return {
      type: 'text',
      x: left,
      y: top,
      style: { text, fill: color, fontSize: FONT_SIZE, align: 'center', verticalAlign: 'middle' },
    };
  });
}

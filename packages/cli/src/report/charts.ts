import { CustomChart, type CustomSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { Axis } from './axes.js';
import { escapeHtml } from './html.js';
import { AXIS, GRID, INK, PAPER, type SeriesStyle, ZONE } from './style.js';

echarts.use([LineChart, CustomChart, GridComponent, SVGRenderer]);

export type Point = [x: number, y: number];
type Option = echarts.ComposeOption<LineSeriesOption | CustomSeriesOption>;
type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;
type Shape = ReturnType<RenderItem>;

/** Coordinates are those of the axes: a logarithmic axis takes logarithms. */
export interface Line {
  style: SeriesStyle;
  points: Point[];
  /** [x, lowest, highest] over the seeds; drawn as an area, or as a bar at each point when `joined` is false. */
  band: [number, number, number][];
  /** Replaces the style's dash. */
  dash?: number[];
  /** Paper-coloured inside of the marker. */
  hollow?: boolean;
  joined?: boolean;
  /** 0: no markers; default 7. */
  markerSize?: number;
  /** Paints the area down to the axis. */
  filled?: boolean;
}

/** A stripe of the plot, e.g. a stage of the network. */
export interface Zone {
  from: number;
  to: number;
  label: string;
  shaded: boolean;
}

export interface TextNote {
  x: number;
  /** 0 bottom to 1 top of the plot. */
  height: number;
  text: string;
  color: string;
}

export interface Panel {
  id: string;
  title: string;
  /** What a reader who cannot see it should know. */
  description: string;
  x: Axis;
  y: Axis;
  lines: Line[];
  zones?: Zone[];
  texts?: TextNote[];
  /** Pixels of the drawing, which scales to its column. */
  width?: number;
  height?: number;
}

const MARGIN = { left: 60, right: 14, top: 26, bottom: 44 };
const FONT_SIZE = 13;
/** More markers than this on a line would only be a thicker line. */
const MOST_MARKERS = 24;

/** One drawing with its heading. The SVG has a title and a description for screen readers, and no script. */
export function renderPanel(panel: Panel): string {
  const { width = 470, height = 290 } = panel;
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(optionOf(panel));
    const id = escapeHtml(panel.id);
    const inner = chart
      .renderToSVGString()
      .replace(/^<svg[^>]*>\s*/, '')
      .replace(/<style[^>]*>[\s\S]*?<\/style>\s*/, '')
      // Nothing is drawn outside of the plot; the names of clip paths would differ from call to call.
      .replace(/<defs[^>]*>[\s\S]*?<\/defs>\s*/, '')
      // What ECharts writes for hovering in a browser; texts cannot match, since zrender escapes their quotes and brackets.
      .replace(/<[^>]*>/g, (tag) =>
        tag.replace(/ (?:ecmeta_\w+|class|clip-path|pointer-events|xml:space)="[^"]*"/g, ''),
      )
      .replace(/font-family:[^;"]*;/g, '')
      .replace(/\n+/g, '\n');
    return (
      `<div class="panel"><p class="panel-title" aria-hidden="true">${escapeHtml(panel.title)}</p>` +
      `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">` +
      `<title id="${id}-title">${escapeHtml(panel.title)}</title>` +
      `<desc id="${id}-desc">${escapeHtml(panel.description)}</desc>\n${inner}</div>`
    );
  } finally {
    chart.dispose();
  }
}

function optionOf(panel: Panel): Option {
  const { x, y, lines, zones = [], texts = [] } = panel;
  return {
    animation: false,
    textStyle: { fontSize: FONT_SIZE, color: INK },
    grid: { ...MARGIN, outerBoundsMode: 'none' },
    xAxis: {
      ...axisOption(x),
      name: x.name,
      nameLocation: 'middle',
      nameGap: 28,
      nameTextStyle: { color: INK, fontSize: FONT_SIZE },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisOption(y),
      axisLine: { show: false },
      // Not shown, but the lines across the plot stand where the ticks are.
      axisTick: { show: false, customValues: y.ticks },
    },
    series: [
      ...zones.map((zone) => zoneSeries(zone, y)),
      ...lines.flatMap((line) => bandSeries(line, y)),
      ...lines.map(lineSeries),
      ...texts.map((text) => textSeries(text, y)),
      axisNameSeries(y.name),
    ],
  };
}

function axisOption({ min, max, ticks, format }: Axis) {
  return {
    type: 'value' as const,
    min,
    max,
    axisLabel: { customValues: ticks, formatter: format, color: INK, fontSize: FONT_SIZE },
    axisTick: { customValues: ticks, lineStyle: { color: AXIS } },
    axisLine: { onZero: false, lineStyle: { color: AXIS } },
    splitLine: { lineStyle: { color: GRID } },
  };
}

function lineSeries({ style, points, dash, hollow, joined = true, markerSize = 7 }: Line): LineSeriesOption {
  const every = joined ? Math.ceil(points.length / MOST_MARKERS) : 1;
  return {
    type: 'line',
    silent: true,
    clip: false,
    z: 3,
    symbol: style.marker,
    showAllSymbol: true,
    data: points.map((value, index) => {
      const shown = markerSize > 0 && (index % every === 0 || index === points.length - 1);
      return shown ? { value } : { value, symbol: 'none' };
    }),
    symbolSize: markerSize + (style.marker === 'triangle' || style.marker === 'diamond' ? 2 : 0),
    itemStyle: hollow
      ? { color: PAPER, borderColor: style.color, borderWidth: 1.5 }
      : { color: style.color, borderWidth: 0 },
    lineStyle: {
      color: style.color,
      width: joined ? 2 : 0,
      opacity: joined ? 1 : 0,
      type: (dash ?? style.dash).length > 0 ? (dash ?? style.dash) : 'solid',
    },
  };
}

/** A series of one shape, drawn in the coordinates of the axes. */
function shapeSeries(z: number, draw: (api: Parameters<RenderItem>[1]) => Shape): CustomSeriesOption {
  return { type: 'custom', silent: true, z, data: [[0, 0]], renderItem: (_params, api) => draw(api) };
}

function bandSeries({ style, points, band, joined = true, filled = false }: Line, y: Axis): CustomSeriesOption[] {
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

function polygon(style: SeriesStyle, points: Point[], opacity: number): CustomSeriesOption {
  return shapeSeries(1, (api) => ({
    type: 'polygon',
    shape: { points: points.map((point) => api.coord(point)) },
    style: { fill: style.color, opacity },
  }));
}

function zoneSeries({ from, to, label, shaded }: Zone, y: Axis): CustomSeriesOption {
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
          style: { text, fill: INK, fontSize: FONT_SIZE - 1.5, align: 'center', verticalAlign: 'top' },
        },
      ],
    };
  });
}

/** Above the labels of the axis, from the left edge: there it has room and needs no turning of the head. */
function axisNameSeries(text: string): CustomSeriesOption {
  const style = { text, fill: INK, fontSize: FONT_SIZE, align: 'left', verticalAlign: 'middle' } as const;
  return shapeSeries(4, () => ({ type: 'text', x: 1, y: 10, style }));
}

function textSeries({ x, height, text, color }: TextNote, y: Axis): CustomSeriesOption {
  return shapeSeries(4, (api) => {
    const [left, top] = api.coord([x, y.min + height * (y.max - y.min)]) as [number, number];
    return {
      type: 'text',
      x: left,
      y: top,
      style: { text, fill: color, fontSize: FONT_SIZE - 1, align: 'center', verticalAlign: 'middle' },
    };
  });
}

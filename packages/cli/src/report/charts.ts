import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { ComposeOption } from 'echarts/core';
// One file in few lines: the modules of which it is made take 15 MB more of a run's memory.
import * as echarts from 'echarts/dist/echarts.esm.min.mjs';
import type { Axis } from './axes.js';
import { escapeHtml } from './html.js';
import { FONT_SIZE, type Line, MARGIN, MOST_MARKERS, type Panel, WIDTH } from './panel.js';
import { plotAttribute } from './plotData.js';
import {
  axisNameSeries,
  bandSeries,
  cellSeries,
  errorBars,
  markNames,
  markSeries,
  textSeries,
  zoneSeries,
} from './shapes.js';
import { AXIS, GRID, INK, PAPER } from './style.js';

type Option = ComposeOption<LineSeriesOption | CustomSeriesOption>;

/**
 * Stands for a series' colour while ECharts draws, so that each of its shapes can be told from those of other series.
 * None of the palette begins so.
 */
const TOKEN = 'fd';

function tokenOf(index: number): string {
  return `#${TOKEN}${index.toString(16).padStart(4, '0')}`;
}

/** Gives shapes their colours back, and the legend's entry that they belong to. */
function withColours(tag: string, lines: Line[]): string {
  let entry: number | undefined;
  const painted = tag.replace(new RegExp(`(fill|stroke)="#${TOKEN}([0-9a-f]{4})"`, 'g'), (_, property, hex) => {
    const line = lines[Number.parseInt(hex, 16)] as Line;
    entry = line.entry;
    return `${property}="${line.style.color}"`;
  });
  return entry === undefined ? painted : painted.replace(/^<\w+/, (start) => `${start} data-s="${entry}"`);
}

/** One drawing with its heading. The SVG has a title and a description for screen readers, and no script. */
export function renderPanel(panel: Panel): string {
  const { width = WIDTH, height = 290 } = panel;
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
        withColours(tag.replace(/ (?:ecmeta_\w+|class|clip-path|pointer-events|xml:space)="[^"]*"/g, ''), panel.lines),
      )
      .replace(/font-family:[^;"]*;/g, '')
      .replace(/\n+/g, '\n');
    return (
      `<div class="panel"${plotAttribute(panel, width, height)}>` +
      `<p class="panel-title" aria-hidden="true">${escapeHtml(panel.title)}</p>` +
      // On a narrow screen, keys move it.
      `<div class="scroll" role="group" tabindex="0" aria-labelledby="${id}-title">` +
      `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">` +
      `<title id="${id}-title">${escapeHtml(panel.title)}</title>` +
      `<desc id="${id}-desc">${escapeHtml(panel.description)}</desc>\n${inner}</div></div>`
    );
  } finally {
    chart.dispose();
  }
}

function optionOf(panel: Panel): Option {
  const { x, y, zones = [], texts = [], marks = [], cells = [] } = panel;
  const lines = panel.lines.map((line, index) => ({ ...line, style: { ...line.style, color: tokenOf(index) } }));
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
      ...cells.map(cellSeries),
      ...marks.map((mark) => markSeries(mark, x)),
      ...markNames(marks, panel.width ?? WIDTH),
      ...lines.flatMap((line) => bandSeries(line, y)),
      ...lines.flatMap(errorBars),
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

/** The report's drawings, as SVG without a script. */
import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  LegendComponent,
  type LegendComponentOption,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml } from './document.js';

echarts.use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

type Option = echarts.ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption>;

/** Of Okabe and Ito, safe for colour-blind readers. */
const colors = ['#D55E00', '#0072B2', '#56B4E9', '#009E73', '#CC79A7', '#E69F00', '#000000'];
const ink = '#2B2B2B';
const width = 800;

interface Drawing {
  title: string;
  /** What a reader who cannot see it should know. */
  description: string;
}

export interface Bars extends Drawing {
  groups: string[];
  unit: string;
  /** One value for each group; null: none. */
  series: { name: string; values: (number | null)[] }[];
}

export function barChart({ title, description, groups, unit, series }: Bars): string {
  const height = 90 + groups.length * (14 + series.length * 13);
  return render({ title, description }, height, {
    color: colors,
    legend: { top: 0, textStyle: { color: ink } },
    grid: { left: 210, right: 50, top: 40, bottom: 40 },
    xAxis: { type: 'value', name: unit, nameLocation: 'middle', nameGap: 26, axisLabel: { color: ink } },
    // The first group on top.
    yAxis: { type: 'category', inverse: true, data: groups, axisLabel: { color: ink, width: 200, overflow: 'break' } },
    series: series.map(({ name, values }) => ({
      type: 'bar',
      name,
      data: values.map((value) => value ?? '-'),
      label: { show: true, position: 'right', fontSize: 10, formatter: ({ value }) => `${short(Number(value))}` },
    })),
  });
}

export interface Lines extends Drawing {
  xName: string;
  yName: string;
  /** 'log': both axes logarithmic, with the x of the points as ticks. 'linear': both from 0. */
  scale: 'log' | 'linear';
  /** Ticks of a linear x axis at whole numbers only. */
  whole?: boolean;
  series: { name: string; points: [x: number, y: number][]; dashed?: boolean }[];
}

export function lineChart({ title, description, xName, yName, scale, whole = false, series }: Lines): string {
  const of = (axis: 0 | 1) => series.flatMap(({ points }) => points.map((point) => point[axis]));
  // Logarithms on plain axes: the library's own log axes have ticks at powers of their base only.
  const place = (value: number) => (scale === 'log' ? Math.log2(value) : value);
  const axis = (name: string, nameGap: number) => ({
    type: 'value' as const,
    name,
    nameLocation: 'middle' as const,
    nameGap,
    nameTextStyle: { color: ink },
    axisLine: { show: true, lineStyle: { color: ink } },
    splitLine: { lineStyle: { color: '#E4E4E4' } },
  });
  const label = { color: ink, formatter: (value: number) => short(value) };
  const logAxis = (values: number[], ticks: number[]) => ({
    min: Math.min(...values.map(place)) - 0.2,
    max: Math.max(...values.map(place)) + 0.2,
    axisLabel: {
      color: ink,
      customValues: ticks.map(place),
      formatter: (value: number) => short(2 ** value),
    },
    axisTick: { show: true, customValues: ticks.map(place) },
    splitLine: { show: false },
  });
  const linearAxis = { min: 0, axisLabel: label, ...(whole ? { minInterval: 1 } : {}) };
  return render({ title, description }, 360, {
    color: colors,
    legend: { top: 0, textStyle: { color: ink } },
    grid: { left: 80, right: 30, top: 40, bottom: 50 },
    xAxis: { ...axis(xName, 28), ...(scale === 'log' ? logAxis(of(0), [...new Set(of(0))]) : linearAxis) },
    yAxis: { ...axis(yName, 55), ...(scale === 'log' ? logAxis(of(1), roundNumbers(of(1))) : linearAxis) },
    series: series.map(({ name, points, dashed = false }) => ({
      type: 'line',
      name,
      symbol: dashed ? 'none' : 'circle',
      symbolSize: 8,
      data: points.map(([x, y]) => [place(x), place(y)]),
      lineStyle: { type: dashed ? 'dashed' : 'solid', width: 2 },
    })),
  });
}

/** 1, 2 and 5 times powers of ten between the least and the greatest of the values. */
export function roundNumbers(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const found: number[] = [];
  for (let decade = Math.floor(Math.log10(low)); decade <= Math.log10(high); decade++) {
    for (const factor of [1, 2, 5]) found.push(Number((factor * 10 ** decade).toPrecision(3)));
  }
  const inside = found.filter((value) => value >= low && value <= high);
  return inside.length > 1 ? inside : [low, high];
}

function short(value: number): string {
  if (!Number.isFinite(value)) return '';
  return `${Number(value.toPrecision(3))}`;
}

function render({ title, description }: Drawing, height: number, option: Option): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { color: ink, fontFamily: 'sans-serif' }, ...option });
    const inner = chart.renderToSVGString().replace(/^<svg[^>]*>/, '');
    const names = `<title>${escapeHtml(title)}</title><desc>${escapeHtml(description)}</desc>`;
    return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" role="img">${names}${inner}`;
  } finally {
    chart.dispose();
  }
}

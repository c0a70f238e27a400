/** Curves by ECharts, of which only what they need is loaded. */
import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { dark, light } from '../../charts/palette.js';
import { isDark } from './methodStyle.js';

use([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

export interface Series {
  name: string;
  colour: string;
  dash: number[];
  marker: string;
  data: [x: number, y: number][];
  /** 'line': no marks; 'marks': points joined by a thin line; 'both'. */
  form: 'line' | 'marks';
}

export interface Axes {
  x: string;
  /** Numbers of the x axis, where they are known before. */
  xMost?: number;
  y: string;
  /** As percent of 0 to 1. */
  percent?: boolean;
  logarithmic?: boolean;
  /** What it shows, in words. */
  words: string;
}

export class Chart {
  readonly #element: HTMLElement;
  #chart: EChartsType | null = null;
  #theme = '';

  constructor(element: HTMLElement) {
    this.#element = element;
    new ResizeObserver(() => this.#chart?.resize()).observe(element);
  }

  draw(series: readonly Series[], axes: Axes): void {
    const theme = isDark() ? dark : light;
    if (this.#chart === null || this.#theme !== theme.paper) {
      this.#chart?.dispose();
      this.#chart = init(this.#element, null, { renderer: 'canvas' });
      this.#theme = theme.paper;
    }
    this.#element.setAttribute('aria-label', axes.words);
    const text = { color: theme.ink };
    const lines = { axisLine: { lineStyle: { color: theme.axis } }, splitLine: { lineStyle: { color: theme.grid } } };
    this.#chart.setOption(
      {
        animation: false,
        grid: { left: 8, right: 14, top: 28, bottom: 26, containLabel: true },
        // Its own element would need styles that a strict policy refuses.
        tooltip: { trigger: 'axis', renderMode: 'richText', confine: true, valueFormatter: formatOf(axes) },
        xAxis: {
          ...{ type: 'value', name: axes.x, nameLocation: 'middle', nameGap: 24, nameTextStyle: text, min: 0 },
          ...(axes.xMost === undefined ? {} : { max: axes.xMost }),
          ...{ axisLabel: text, ...lines, splitLine: { show: false }, minInterval: 1 },
        },
        yAxis: {
          ...{ type: axes.logarithmic ? 'log' : 'value', name: axes.y, nameTextStyle: { ...text, align: 'left' } },
          ...(axes.percent ? { min: 0 } : {}),
          axisLabel: { ...text, formatter: formatOf(axes) },
          ...lines,
        },
        series: series.map(({ name, colour, dash, marker, data, form }) => ({
          ...{ type: 'line', name, data, color: colour, symbol: marker, symbolSize: 8 },
          showSymbol: form === 'marks',
          lineStyle: { color: colour, width: 2, type: dash.length > 0 ? dash : 'solid' },
        })),
      },
      { replaceMerge: ['series'], lazyUpdate: true },
    );
  }
}

function formatOf({ percent, logarithmic }: Axes): (value: unknown) => string {
  return (value) => {
    const number = Number(value);
    if (percent) return `${Math.round(1000 * number) / 10} %`;
    return logarithmic ? number.toExponential(0) : String(Math.round(1000 * number) / 1000);
  };
}

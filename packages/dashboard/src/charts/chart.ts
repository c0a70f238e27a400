/** A drawing of ECharts in a page: follows its box, the screen's colours, and print; told to screen readers in a sentence. */
import { CustomChart, type CustomSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  TooltipComponent,
  type TooltipComponentOption,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { element } from './dom.js';
import { inTurn } from './frames.js';
import type { Theme } from './palette.js';
import { onTheme, theme } from './theme.js';

echarts.use([LineChart, CustomChart, GridComponent, TooltipComponent, CanvasRenderer]);

export type ChartOption = echarts.ComposeOption<
  LineSeriesOption | CustomSeriesOption | GridComponentOption | TooltipComponentOption
>;
export type { CustomSeriesOption, LineSeriesOption };

/** Pixels of a drawing on paper: two beside each other. */
const PAPER_WIDTH = 340;

export class Chart {
  /** A figure: title, drawing, and what `after` adds. */
  readonly element: HTMLElement;
  readonly core: echarts.ECharts;
  readonly #box: HTMLElement;
  readonly #ends: (() => void)[];
  #draw: ((theme: Theme, width: number) => ChartOption) | null = null;
  #isInSight = false;
  /** What is drawn is not what is to be shown. */
  #isOld = false;
  readonly #redraw = () => this.#drawNow();

  constructor(title: string, { height = 240, after = [] as (Node | string)[] } = {}) {
    this.#box = element('div', { class: 'chart', role: 'img', tabindex: 0, 'aria-label': title });
    this.#box.style.height = `${height}px`;
    this.element = element('figure', {}, element('h3', {}, title), this.#box, ...after);
    this.core = echarts.init(this.#box, null, { renderer: 'canvas', width: 'auto', height: 'auto' });
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#box);
    const sight = new IntersectionObserver(
      ([entry]) => {
        this.#isInSight = entry?.isIntersecting === true;
        if (this.#isInSight && this.#isOld) inTurn(this.#redraw);
      },
      { rootMargin: '300px' },
    );
    sight.observe(this.#box);
    this.#ends = [() => observer.disconnect(), () => sight.disconnect(), onTheme(() => this.#resize())];
  }

  set title(title: string) {
    const heading = this.element.querySelector('h3');
    if (heading !== null) heading.textContent = title;
  }

  /** The focusable box of the drawing. */
  get box(): HTMLElement {
    return this.#box;
  }

  /** `draw`: gives all of the drawing in these colours and so many pixels across. `sentence`: for who does not see it. */
  show(sentence: string, draw: (theme: Theme, width: number) => ChartOption): void {
    // Whoever has come to the drawing is not told anew with each of its changes.
    if (document.activeElement !== this.#box) this.#box.setAttribute('aria-label', sentence);
    this.#draw = draw;
    this.#isOld = true;
    // A chart that nobody sees is drawn when it comes into sight.
    if (this.#isInSight) inTurn(this.#redraw);
  }

  #drawNow(): void {
    if (this.#draw === null) return;
    this.#isOld = false;
    const colours = theme();
    const option = this.#draw(colours, this.core.getWidth());
    this.core.setOption(
      { animation: false, textStyle: { color: colours.ink, fontSize: 12 }, ...option },
      { notMerge: true },
    );
  }

  #resize(): void {
    const onPaper = matchMedia('print').matches;
    // It would keep the width of the paper if it were told none.
    this.core.resize({ width: onPaper ? PAPER_WIDTH : 'auto' });
    // Paper has all of them, and does not wait.
    if (onPaper) this.#drawNow();
    else if (this.#isInSight) inTurn(this.#redraw);
    else this.#isOld = true;
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.core.dispose();
    this.element.remove();
  }
}

/** An axis of numbers in the page's colours. */
export function valueAxis(colours: Theme, more: object = {}): object {
  return {
    type: 'value',
    nameTextStyle: { color: colours.ink },
    axisLabel: { color: colours.ink, hideOverlap: true },
    axisLine: { onZero: false, lineStyle: { color: colours.axis } },
    axisTick: { lineStyle: { color: colours.axis } },
    splitLine: { lineStyle: { color: colours.grid } },
    ...more,
  };
}

/** A note beside the pointer. ECharts draws it in the canvas: as markup it would need styles that a strict policy refuses. */
export function tooltip(colours: Theme): TooltipComponentOption {
  return {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    backgroundColor: colours.paper,
    borderColor: colours.axis,
    textStyle: { color: colours.ink, fontSize: 12 },
  };
}

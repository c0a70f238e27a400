/** Lines over a run, with the spread of several seeds. */
import {
  Chart,
  type ChartOption,
  type CustomSeriesOption,
  type LineSeriesOption,
  tooltip,
  valueAxis,
} from './chart.js';
import { element, textTable } from './dom.js';
import { number as asNumber, enumerate, percent } from './format.js';
import { paletteEntry } from './palette.js';
import { colourOf } from './theme.js';

export interface Curve {
  name: string;
  /** Entry of the palette. */
  colour: number;
  /** Replaces the palette's dashes: a second kind of line of the same series. */
  dash?: number[];
  points: [x: number, y: number][];
  /** Lowest and highest of several seeds. */
  band?: [x: number, low: number, high: number][];
}

export interface CurvesOptions {
  /** Name of the x axis. */
  x: string;
  format?: 'percent' | 'number';
  /** Ends of the y axis; default: those of the values. */
  min?: number;
  max?: number;
  /** Of the y axis; its values are above 0 then. */
  scale?: 'log';
  height?: number;
}

/** More markers on a line would only be a thicker line. */
const MOST_MARKERS = 16;
const MOST_ROWS = 40;

export class CurvesChart {
  readonly #chart: Chart;
  #title: string;
  readonly #options: CurvesOptions;
  readonly #table: HTMLDetailsElement;
  readonly #readOut = element('p', { class: 'readout', 'aria-live': 'polite' });
  #curves: readonly Curve[] = [];
  /** What the arrow keys are at; null: nothing. */
  #cursor: number | null = null;

  constructor(title: string, options: CurvesOptions) {
    this.#title = title;
    this.#options = options;
    this.#table = element('details', { class: 'data' }, element('summary', {}, 'As a table'));
    this.#table.addEventListener('toggle', () => this.#fillTable());
    this.#chart = new Chart(title, { height: options.height ?? 240, after: [this.#readOut, this.#table] });
    this.#chart.box.addEventListener('keydown', (event) => this.#move(event));
  }

  get element(): HTMLElement {
    return this.#chart.element;
  }

  update(curves: readonly Curve[], title = this.#title): void {
    this.#curves = curves;
    if (title !== this.#title) this.#chart.title = title;
    this.#title = title;
    const ends = curves.flatMap(({ name, points }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [`${name} ${this.#text(last[1])}`];
    });
    const now = ends.length === 0 ? 'nothing yet' : `now ${enumerate(ends, 8)}`;
    const { x } = this.#options;
    const sentence = `${this.#title} over ${x.toLowerCase()}s: ${now}. The arrow keys read single points.`;
    this.#chart.show(sentence, (colours) => this.#option(colours));
    if (this.#table.open) this.#fillTable();
  }

  /** Every x that has a point, in order. */
  #places(): number[] {
    return [...new Set(this.#curves.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  }

  #move(event: KeyboardEvent): void {
    const places = this.#places();
    const last = places.length - 1;
    const at = this.#cursor === null ? last + 1 : places.findIndex((x) => x >= (this.#cursor as number));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    const x = places[Math.min(last, Math.max(0, to))] as number;
    this.#cursor = x;
    const told = this.#curves.flatMap(({ name, points }) => {
      const point = points.find((one) => one[0] === x);
      return point === undefined ? [] : [`${name} ${this.#text(point[1])}`];
    });
    this.#readOut.textContent = `${this.#options.x} ${x}: ${told.join(', ')}`;
  }

  #text(value: number): string {
    return this.#options.format === 'percent' ? percent(value) : asNumber(value, 4);
  }

  #option(colours: Parameters<typeof valueAxis>[0]): ChartOption {
    const { x, min, max, format, scale } = this.#options;
    const isEmpty = this.#curves.every(({ points }) => points.length === 0);
    // Axes without values would have no numbers, and their names be cut off.
    const empty = { min: scale === 'log' ? 0.01 : 0, max: 1 };
    const text = (value: number) =>
      format === 'percent' ? `${Number((100 * value).toFixed(1))}%` : String(Number(value.toPrecision(6)));
    const logarithmic = {
      type: 'log',
      axisLabel: { formatter: (value: number) => asNumber(value, 1), color: colours.ink },
    };
    return {
      grid: { left: 8, right: 14, top: 12, bottom: 24, containLabel: true },
      tooltip: {
        ...tooltip(colours),
        valueFormatter: (value) => (typeof value === 'number' ? this.#text(value) : '–'),
      },
      xAxis: valueAxis(colours, {
        name: x,
        nameLocation: 'middle',
        nameGap: 24,
        min: 'dataMin',
        max: 'dataMax',
        minInterval: 1,
        ...(isEmpty ? { min: 0, max: 10 } : {}),
      }),
      yAxis: valueAxis(colours, {
        min,
        max,
        scale: min === undefined,
        ...(isEmpty ? empty : {}),
        axisLabel: { formatter: text, color: colours.ink },
        ...(scale === 'log' ? logarithmic : {}),
      }),
      series: [...this.#curves.flatMap(bandOf), ...this.#curves.map(lineOf), ...this.#curves.flatMap(markersOf)],
    };
  }

  #fillTable(): void {
    if (!this.#table.open) return;
    const at = this.#places();
    const every = Math.ceil(at.length / MOST_ROWS);
    const values = this.#curves.map(({ points }) => new Map(points));
    const rows = at
      .filter((_, index) => index % every === 0 || index === at.length - 1)
      .map((x) => [String(x), ...values.map((own) => (own.has(x) ? this.#text(own.get(x) as number) : '–'))]);
    const table = textTable(this.#title, [this.#options.x, ...this.#curves.map(({ name }) => name)], rows);
    this.#table.replaceChildren(
      this.#table.firstElementChild as Element,
      element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `Table: ${this.#title}` }, table),
    );
  }
}

function lineOf({ name, colour, dash, points }: Curve): LineSeriesOption {
  const style = paletteEntry(colour);
  const color = colourOf(style);
  return {
    type: 'line',
    name,
    data: points,
    symbol: 'none',
    lineStyle: {
      color,
      width: dash === undefined ? 2 : 1.5,
      type: dash ?? (style.dash.length === 0 ? 'solid' : style.dash),
    },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

/** A series of their own: a symbol is looked for at each point of a series that has any, which takes most of a drawing. */
function markersOf({ colour, dash, points }: Curve): LineSeriesOption[] {
  // A line of one point is not to be seen.
  if (dash !== undefined && points.length > 1) return [];
  const style = paletteEntry(colour);
  const every = Math.ceil(points.length / MOST_MARKERS);
  return [
    {
      type: 'line',
      data: points.filter((_, at) => at % every === 0 || at === points.length - 1),
      symbol: style.marker,
      symbolSize: points.length > 1 ? 6 : 9,
      showAllSymbol: true,
      lineStyle: { opacity: 0 },
      itemStyle: { color: colourOf(style) },
      emphasis: { disabled: true },
      tooltip: { show: false },
      silent: true,
    },
  ];
}

function bandOf({ colour, band = [] }: Curve): CustomSeriesOption[] {
  const [first] = band;
  if (first === undefined || band.length < 2) return [];
  const fill = colourOf(paletteEntry(colour));
  return [
    {
      type: 'custom',
      silent: true,
      tooltip: { show: false },
      data: [[first[0], first[1]]],
      clip: true,
      renderItem: (_, api) => {
        const upper = band.map(([x, , high]) => api.coord([x, high]));
        const lower = band.map(([x, low]) => api.coord([x, low])).reverse();
        return { type: 'polygon', shape: { points: [...upper, ...lower] }, style: { fill, opacity: 0.18 } };
      },
    },
  ];
}

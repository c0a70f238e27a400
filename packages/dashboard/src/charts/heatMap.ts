/** A heat map of many cells as one picture: a hundred rows by hundreds of columns are drawn in a millisecond. */
import { Chart, type ChartOption, valueAxis } from './chart.js';
import { element } from './dom.js';
import { number as asNumber } from './format.js';
import { inTurn } from './frames.js';
import { RISING, RISING_DARK } from './palette.js';
import { isDark, onTheme } from './theme.js';

export interface HeatMapData {
  rows: string[];
  /** Names of the columns' places, from 1. */
  columns: number;
  /** Null: nothing to show. */
  value(row: number, column: number): number | null;
  /** Values are spread by their logarithms. */
  log?: boolean;
  /** Ends of the colours; default: least and largest value. */
  ends?: [number, number];
  text?: (value: number) => string;
}

export interface HeatMapOptions {
  x: string;
  y?: string;
  height?: number;
}

type Rgb = [number, number, number];

export class HeatMap {
  readonly element: HTMLElement;
  readonly #chart: Chart;
  readonly #readOut = element('p', { class: 'readout', 'aria-live': 'polite' });
  readonly #scale = element('div', { class: 'scale' });
  readonly #options: HeatMapOptions;
  #title: string;
  #data: HeatMapData = { rows: [], columns: 0, value: () => null };
  #picture: HTMLCanvasElement | null = null;
  #cursor: [row: number, column: number] = [0, 0];
  readonly #painting = () => this.#paint();

  constructor(title: string, options: HeatMapOptions) {
    this.#title = title;
    this.#options = options;
    this.#chart = new Chart(title, { height: options.height ?? 360, after: [this.#scale, this.#readOut] });
    this.element = this.#chart.element;
    this.#chart.core.getZr().on('mousemove', ({ offsetX, offsetY }) => {
      if (this.#data.columns === 0) return;
      const [x = 0, y = 0] = this.#chart.core.convertFromPixel('grid', [offsetX, offsetY]) as number[];
      this.#tell(Math.floor(y), Math.round(x) - 1);
    });
    this.#chart.box.addEventListener('keydown', (event) => this.#move(event));
    // The picture's colours are those of the screen.
    onTheme(() => this.#paint());
  }

  update(title: string, data: HeatMapData): void {
    this.#title = title;
    this.#data = data;
    this.#chart.title = title;
    inTurn(this.#painting);
  }

  #paint(): void {
    const { rows, columns, log = false, text = (one) => asNumber(one, 2) } = this.#data;
    const [low, high] = this.#data.ends ?? extremes(this.#data);
    const share = (one: number) => {
      const [a, b, c] = log ? [Math.log(low), Math.log(high), Math.log(Math.max(one, low))] : [low, high, one];
      return b === a ? 0.5 : Math.min(1, Math.max(0, (c - a) / (b - a)));
    };
    this.#showScale(low, high, text);
    const what = `${this.#title}: ${rows.length} rows by ${columns} columns, from ${text(low)} to ${text(high)}`;
    this.#chart.show(`${what}. The arrow keys read single cells.`, (colours, width) => {
      this.#picture = columns === 0 ? null : this.#pictureOf(share);
      return this.#option(colours, width);
    });
  }

  /** Each cell some pixels large, so that its edges are sharp wherever the picture is stretched. */
  #pictureOf(share: (value: number) => number): HTMLCanvasElement {
    const { rows, columns, value } = this.#data;
    const colours = (isDark() ? RISING_DARK : RISING).map(rgb);
    const small = element('canvas', { width: columns, height: rows.length });
    const context = small.getContext('2d') as CanvasRenderingContext2D;
    const pixels = context.createImageData(columns, rows.length);
    for (let row = 0; row < rows.length; row++) {
      for (let column = 0; column < columns; column++) {
        const one = value(row, column);
        if (one === null) continue;
        const [red, green, blue] = mix(colours, share(one));
        const at = 4 * (row * columns + column);
        pixels.data[at] = red;
        pixels.data[at + 1] = green;
        pixels.data[at + 2] = blue;
        pixels.data[at + 3] = 255;
      }
    }
    context.putImageData(pixels, 0, 0);
    const [across, down] = [Math.ceil(700 / columns), Math.ceil(400 / rows.length)];
    const large = element('canvas', { width: across * columns, height: down * rows.length });
    const drawing = large.getContext('2d') as CanvasRenderingContext2D;
    drawing.imageSmoothingEnabled = false;
    drawing.drawImage(small, 0, 0, large.width, large.height);
    return large;
  }

  #option(colours: Parameters<typeof valueAxis>[0], width: number): ChartOption {
    const { rows, columns } = this.#data;
    const picture = this.#picture;
    const left = width < 500 ? 84 : 168;
    const letters = Math.floor(left / 6.2);
    const every = Math.max(1, Math.ceil(rows.length / 24));
    // An axis names places between rows: the names go down to the middle of the row below.
    const down = Math.max(0, ((this.#options.height ?? 360) - 48) / Math.max(1, rows.length) / 2 - 6);
    const name = (row: number) => {
      const text = rows[row] ?? '';
      return text.length > letters ? `…${text.slice(1 - letters)}` : text;
    };
    return {
      grid: { left: left + 6, right: 14, top: 8, bottom: 40 },
      xAxis: valueAxis(colours, {
        name: this.#options.x,
        nameLocation: 'middle',
        nameGap: 24,
        min: 0.5,
        max: columns + 0.5,
        minInterval: 1,
        splitLine: { show: false },
        axisLabel: {
          color: colours.ink,
          hideOverlap: true,
          formatter: (x: number) => (Number.isInteger(x) ? String(x) : ''),
        },
      }),
      yAxis: valueAxis(colours, {
        inverse: true,
        min: 0,
        max: Math.max(1, rows.length),
        splitLine: { show: false },
        axisTick: { show: false },
        interval: every,
        axisLabel: {
          color: colours.ink,
          fontSize: 11,
          showMaxLabel: false,
          verticalAlign: 'top',
          padding: [down, 0, 0, 0],
          formatter: name,
        },
      }),
      series:
        picture === null
          ? []
          : [
              {
                type: 'custom',
                silent: true,
                data: [[0.5, 0]],
                renderItem: (_, api) => {
                  const [x0 = 0, y0 = 0] = api.coord([0.5, 0]);
                  const [x1 = 0, y1 = 0] = api.coord([columns + 0.5, rows.length]);
                  return { type: 'image', style: { image: picture, x: x0, y: y0, width: x1 - x0, height: y1 - y0 } };
                },
              },
            ],
    };
  }

  #showScale(low: number, high: number, text: (value: number) => string): void {
    const colours = isDark() ? RISING_DARK : RISING;
    const bar = element('span', { class: 'bar' });
    bar.style.background = `linear-gradient(to right, ${colours.join(', ')})`;
    const spread = this.#data.log ? ' (logarithmic)' : '';
    this.#scale.replaceChildren(element('span', {}, text(low)), bar, element('span', {}, `${text(high)}${spread}`));
  }

  #move(event: KeyboardEvent): void {
    const moves: Record<string, [number, number]> = {
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const [row, column] = this.#cursor;
    const within = (at: number, count: number) => Math.min(Math.max(at, 0), Math.max(0, count - 1));
    this.#tell(within(row + move[0], this.#data.rows.length), within(column + move[1], this.#data.columns));
  }

  #tell(row: number, column: number): void {
    const { rows, columns, value, text = (one) => asNumber(one, 3) } = this.#data;
    if (row < 0 || row >= rows.length || column < 0 || column >= columns) return;
    this.#cursor = [row, column];
    const one = value(row, column);
    this.#readOut.textContent = `${rows[row]}, ${this.#options.x.toLowerCase()} ${column + 1}: ${one === null ? '–' : text(one)}`;
  }
}

function extremes({ rows, columns, value, log = false }: HeatMapData): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < rows.length; row++) {
    for (let column = 0; column < columns; column++) {
      const one = value(row, column);
      if (one === null || (log && one <= 0)) continue;
      low = Math.min(low, one);
      high = Math.max(high, one);
    }
  }
  return low > high ? [0, 1] : [low, high];
}

const rgb = (colour: string): Rgb => [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as Rgb;

/** A colour between those of the list. */
function mix(colours: readonly Rgb[], share: number): Rgb {
  const at = share * (colours.length - 1);
  const [from, to] = [colours[Math.floor(at)] as Rgb, colours[Math.ceil(at)] as Rgb];
  return from.map((part, channel) => Math.round(part + ((to[channel] as number) - part) * (at % 1))) as Rgb;
}

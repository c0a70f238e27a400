/** How the gradients of one weight are spread, a ridge for each epoch. */
import { Chart, valueAxis } from '../charts/chart.js';
import { element } from '../charts/dom.js';
import { percent, power } from '../charts/format.js';
import { paletteEntry } from '../charts/palette.js';
import { colourOf } from '../charts/theme.js';
import { short } from './layersView.js';
import type { HistogramsAnswer } from './protocol.js';
import type { LiveSource } from './source.js';
import type { Run } from './store.js';

/** A ridge is so many times as high as the distance to the next. */
const OVERLAP = 2;
/** Room for the first ridge; whole, so that ticks stand at epochs. */
const ABOVE = 1;

export class RidgesView {
  readonly element: HTMLElement;
  readonly #source: LiveSource;
  readonly #chart = new Chart('Gradient histogram over epochs', { height: 380 });
  readonly #choice = element('select');
  readonly #note = element(
    'p',
    { class: 'note' },
    'Bins are powers of two; negative entries left, positive right, each ridge scaled to its largest bin.',
  );
  #run: Run | undefined;
  #shown = '';

  constructor(source: LiveSource) {
    this.#source = source;
    this.#choice.addEventListener('change', () => void this.update(this.#run));
    const label = element('label', {}, 'Layer ', this.#choice);
    this.element = element('div', {}, label, this.#chart.element, this.#note);
  }

  setLayers(names: readonly string[]): void {
    const before = [...this.#choice.options].map(({ value }) => value);
    if (before.join() === names.join()) return;
    const chosen = this.#choice.value;
    this.#choice.replaceChildren(...names.map((name) => element('option', { value: name }, short(name))));
    if (names.includes(chosen)) this.#choice.value = chosen;
  }

  /** Asks anew when the run has an epoch more, or another layer is chosen. */
  async update(run: Run | undefined): Promise<void> {
    this.#run = run;
    const layer = this.#choice.value;
    const wanted = run === undefined ? '' : JSON.stringify([run.info.id, layer, run.epochs.length]);
    if (run === undefined || layer === '' || run.epochs.length === 0 || wanted === this.#shown) return;
    this.#shown = wanted;
    const answer = await this.#source.ask<HistogramsAnswer>('histograms', { run: run.info.id, layer });
    if (answer !== null && this.#shown === wanted) this.#draw(layer, answer);
  }

  #draw(layer: string, { minExponent, epochs }: HistogramsAnswer): void {
    const bins = epochs[0]?.positive.length ?? 0;
    // Bin 0 of the drawing is zero; beyond are the exponents, up to either side.
    const used = (side: 'positive' | 'negative') =>
      epochs.flatMap((one) => one[side].flatMap((count, bin) => (count > 0 ? [bin] : [])));
    const all = [...used('positive'), ...used('negative')];
    const [first, last] = [Math.max(0, Math.min(...all, bins) - 1), Math.max(...all, 0) + 1];
    const width = last - first + 1;
    const zeros = epochs.map((one) => {
      const counted = [...one.positive, ...one.negative].reduce((sum, count) => sum + count, one.zeros);
      return counted === 0 ? 0 : one.zeros / counted;
    });
    const label = (x: number) => {
      if (x === 0) return '0';
      const exponent = minExponent + first + Math.abs(x) - 1;
      return `${x < 0 ? '−' : ''}${power(2, exponent)}`;
    };
    const sentence = `Gradients of ${short(layer)} over ${epochs.length} epochs; zero are ${percent(zeros[0])} in the first and ${percent(zeros.at(-1))} in the last of them.`;
    this.#chart.show(sentence, (colours) => ({
      grid: { left: 46, right: 14, top: 40, bottom: 40 },
      xAxis: valueAxis(colours, {
        name: 'Gradient',
        nameLocation: 'middle',
        nameGap: 24,
        min: -width,
        max: width,
        interval: Math.max(1, Math.ceil(width / 4)),
        splitLine: { show: false },
        axisLabel: { color: colours.ink, formatter: label },
      }),
      yAxis: valueAxis(colours, {
        name: 'Epoch',
        inverse: true,
        nameLocation: 'start',
        min: -ABOVE,
        max: Math.max(1, epochs.length),
        splitLine: { show: false },
        axisLabel: {
          color: colours.ink,
          formatter: (at: number) => (Number.isInteger(at) && at > 0 ? String((epochs[at - 1]?.epoch ?? 0) + 1) : ''),
        },
      }),
      series: epochs.map(({ positive, negative }, at) => {
        const most = Math.max(1e-9, ...positive, ...negative);
        const heights = [...negative.slice(first, last + 1).reverse(), 0, ...positive.slice(first, last + 1)];
        return {
          type: 'custom' as const,
          silent: true,
          data: [[0, at + 1]],
          z: at,
          renderItem: (_: unknown, api: { coord(at: number[]): number[] }) => {
            const points = heights.map((count, x) => api.coord([x - width, at + 1 - (OVERLAP * count) / most]));
            const ends = [api.coord([width, at + 1]), api.coord([-width, at + 1])];
            const color = colourOf(paletteEntry(1));
            return {
              type: 'polygon' as const,
              shape: { points: [...points, ...ends] },
              style: { fill: color, opacity: 0.75, stroke: colours.paper, lineWidth: 1 },
            };
          },
        };
      }),
    }));
  }
}

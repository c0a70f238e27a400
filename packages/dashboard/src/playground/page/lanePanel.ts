/** What one network makes of the digit: spikes through its layers, and the answer of each head. */
import { percent } from '../../charts/format.js';
import type { Answers, LaneInfo, Raster } from '../training/protocol.js';
import { heading, make } from './element.js';
import { sampleOf } from './methodStyle.js';

const digits = Array.from({ length: 10 }, (_, digit) => digit);

export class LanePanel {
  readonly element: HTMLElement;
  readonly #raster = make('canvas', { className: 'raster', height: 1, width: 1 });
  readonly #words = make('p', { className: 'quiet' });
  readonly #cells: HTMLTableCellElement[][];
  #answers: Answers | null = null;

  constructor({ method, heads }: LaneInfo) {
    this.#raster.setAttribute('role', 'img');
    this.#cells = heads.map(() => digits.map(() => make('td')));
    const head = make('thead', {}, [
      make('tr', {}, [heading('col', 'Head'), ...digits.map((digit) => heading('col', String(digit)))]),
    ]);
    const rows = heads.map((name, i) => make('tr', {}, [heading('row', name), ...(this.#cells[i] ?? [])]));
    const caption = make('caption', {
      className: 'quiet',
      textContent: 'How sure each head is of each digit, in percent',
    });
    const table = make('table', { className: 'answers' }, [caption, head, make('tbody', {}, rows)]);
    this.element = make('div', { className: 'lane' }, [
      make('h2', {}, [sampleOf(method), method]),
      this.#raster,
      this.#words,
      make('div', { className: 'scroll' }, [table]),
    ]);
  }

  /** Is drawn by `draw`. */
  take(answers: Answers): void {
    this.#answers = answers;
  }

  readonly draw = (): void => {
    if (this.#answers === null) return;
    const { heads, raster } = this.#answers;
    drawRaster(this.#raster, raster);
    const [first, last] = [raster.rates[0], raster.rates.at(-1)];
    this.#words.textContent =
      `Spikes of ${raster.neurons} neurons of each layer, first layer to last, T = ${raster.steps} steps each; ` +
      `of all neurons, ${percent(first)} of the first layer fire and ${percent(last)} of the last`;
    this.#raster.setAttribute('aria-label', this.#words.textContent);
    heads.forEach(({ probabilities }, i) => {
      const best = probabilities.indexOf(Math.max(...probabilities));
      probabilities.forEach((probability, digit) => {
        const cell = this.#cells[i]?.[digit];
        if (cell === undefined) return;
        cell.textContent = String(Math.round(100 * probability));
        cell.classList.toggle('best', digit === best);
        cell.style.backgroundColor = `color-mix(in srgb, var(--accent) ${Math.round(55 * probability)}%, transparent)`;
      });
    });
  };
}

/** A column for each layer and time step, a dark one between layers; a row for each neuron. */
function drawRaster(canvas: HTMLCanvasElement, { layers, steps, neurons, fired }: Raster): void {
  const width = layers * (steps + 1) - 1;
  if (canvas.width !== width || canvas.height !== neurons) Object.assign(canvas, { width, height: neurons });
  const context = canvas.getContext('2d');
  if (context === null) return;
  const image = context.createImageData(width, neurons);
  for (let layer = 0; layer < layers; layer++) {
    for (let step = 0; step < steps; step++) {
      for (let neuron = 0; neuron < neurons; neuron++) {
        const isOn = fired[(layer * steps + step) * neurons + neuron] === 1;
        image.data.set(
          isOn ? [255, 210, 110, 255] : [38, 42, 48, 255],
          4 * (neuron * width + layer * (steps + 1) + step),
        );
      }
    }
  }
  context.putImageData(image, 0, 0);
}

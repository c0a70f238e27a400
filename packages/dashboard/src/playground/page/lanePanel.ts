/** What one network makes of the digit: spikes through its layers, and the answer of each head. */
import { element } from '../../charts/dom.js';
import { percent } from '../../charts/format.js';
import type { Raster } from '../training/protocol.js';
import type { LaneRecord } from './laneRecord.js';
import { keyOf } from './methodKey.js';

const digits = Array.from({ length: 10 }, (_, digit) => digit);

export class LanePanel {
  readonly element: HTMLElement;
  readonly #raster = element('canvas', { class: 'raster', role: 'img', height: 1, width: 1 });
  readonly #words = element('p', { class: 'note' });
  readonly #cells: HTMLTableCellElement[][];
  readonly #record: LaneRecord;

  constructor(record: LaneRecord) {
    this.#record = record;
    const { method, heads } = record.info;
    this.#cells = heads.map(() => digits.map(() => element('td')));
    const names = ['Head', ...digits.map(String)].map((text) => element('th', { scope: 'col' }, text));
    const rows = heads.map((name, i) =>
      element('tr', {}, element('th', { scope: 'row' }, name), ...(this.#cells[i] ?? [])),
    );
    const table = element(
      'table',
      { class: 'sure' },
      element('caption', {}, 'How sure each head is of each digit, in percent'),
      element('thead', {}, element('tr', {}, ...names)),
      element('tbody', {}, ...rows),
    );
    this.element = element(
      'div',
      { class: 'lane' },
      element('h3', {}, keyOf(method), method),
      this.#raster,
      this.#words,
      element(
        'div',
        { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': `Answers of the heads, ${method}` },
        table,
      ),
    );
  }

  readonly draw = (): void => {
    if (this.#record.answers === null) return;
    const { heads, raster } = this.#record.answers;
    drawRaster(this.#raster, raster);
    const [first, last] = [raster.rates[0], raster.rates.at(-1)];
    this.#words.textContent =
      `Spikes of ${raster.neurons} neurons (rows) of each layer, first layer to last, T = ${raster.steps} steps (columns) each; ` +
      `of all neurons, ${percent(first)} of the first layer fire and ${percent(last)} of the last`;
    this.#raster.setAttribute('aria-label', this.#words.textContent);
    heads.forEach(({ probabilities }, i) => {
      const best = probabilities.indexOf(Math.max(...probabilities));
      probabilities.forEach((probability, digit) => {
        const cell = this.#cells[i]?.[digit];
        if (cell === undefined) return;
        cell.textContent = String(Math.round(100 * probability));
        cell.classList.toggle('best', digit === best);
        cell.style.setProperty('--share', probability.toFixed(2));
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

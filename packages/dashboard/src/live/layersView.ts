/** What the layers of one run do over its epochs: gradient norms, shares of zero gradients, firing rates. */
import { element } from '../charts/dom.js';
import { number, percent } from '../charts/format.js';
import { HeatMap, type HeatMapData } from '../charts/heatMap.js';
import type { LayersAnswer } from './protocol.js';
import type { LiveSource } from './source.js';
import type { Run } from './store.js';

type Epoch = LayersAnswer['epochs'][number];

export class LayersView {
  readonly element: HTMLElement;
  readonly #source: LiveSource;
  readonly #maps: [HeatMap, (answer: LayersAnswer, epochs: readonly Epoch[]) => [string, HeatMapData]][];
  #id: string | null = null;
  #names: LayersAnswer | null = null;
  #epochs: Epoch[] = [];
  #isAsking = false;

  constructor(source: LiveSource) {
    this.#source = source;
    const make = (title: string) => new HeatMap(title, { x: 'Epoch', height: 380 });
    this.#maps = [
      [
        make('Gradient norm'),
        ({ parameters }, epochs) => [
          'Gradient norm of each weight, first layer at the top',
          {
            ...{ rows: parameters.map(short), columns: epochs.length, log: true },
            value: (row, column) => epochs[column]?.norms[row] ?? null,
            text: (value) => number(value, 3),
          },
        ],
      ],
      [
        make('Share of zero gradients'),
        ({ parameters }, epochs) => [
          'Share of gradients that are zero',
          {
            ...{ rows: parameters.map(short), columns: epochs.length, ends: [0, 1] },
            value: (row, column) => epochs[column]?.zeroShares[row] ?? null,
            text: (value) => percent(value),
          },
        ],
      ],
      [
        make('Firing rate'),
        ({ neurons }, epochs) => [
          'Firing rate of each layer of neurons',
          {
            ...{ rows: neurons, columns: epochs.length },
            value: (row, column) => epochs[column]?.rates[row] ?? null,
            text: (value) => percent(value),
          },
        ],
      ],
    ];
    this.element = element('div', { class: 'charts maps' }, ...this.#maps.map(([map]) => map.element));
  }

  /** Names of the weights, for a choice among them. */
  get parameters(): string[] {
    return this.#names?.parameters ?? [];
  }

  /** Asks for the epochs that are not there yet. */
  async update(run: Run | undefined): Promise<void> {
    const id = run?.info.id ?? null;
    if (id !== this.#id || (run !== undefined && run.epochs.length < this.#epochs.length)) {
      this.#id = id;
      this.#epochs = [];
      this.#names = null;
    }
    if (run === undefined || id === null || this.#isAsking || run.epochs.length === this.#epochs.length) return;
    this.#isAsking = true;
    try {
      const answer = await this.#source.ask<LayersAnswer>('layers', { run: id, from: this.#epochs.length });
      if (answer === null || this.#id !== id || answer.from !== this.#epochs.length) return;
      this.#names = answer;
      this.#epochs = [...this.#epochs, ...answer.epochs];
      for (const [map, dataOf] of this.#maps) map.update(...dataOf(answer, this.#epochs));
    } finally {
      this.#isAsking = false;
    }
  }
}

/** The place of the weight says that it is one. */
export const short = (name: string) => name.replace(/\.weight$/, '');

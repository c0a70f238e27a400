/** Where each network stands, as a table. */
import { element } from '../../charts/dom.js';
import { number, percent } from '../../charts/format.js';
import type { LaneRecord } from './laneRecord.js';
import { keyOf } from './methodKey.js';

const columns = ['Step', 'Test', 'Training', 'Loss', 'Learning rate', 'Weights: main, each shortcut', 'Images/s'];

export class NumbersTable {
  readonly #cells: HTMLTableCellElement[][];
  readonly #records: readonly LaneRecord[];
  readonly #steps: number;

  constructor(table: HTMLTableElement, records: readonly LaneRecord[], steps: number) {
    this.#records = records;
    this.#steps = steps;
    this.#cells = records.map(() => columns.map(() => element('td')));
    const names = ['Method', ...columns].map((text) => element('th', { scope: 'col' }, text));
    const rows = records.map(({ info: { method } }, i) =>
      element('tr', {}, element('th', { scope: 'row' }, keyOf(method), method), ...(this.#cells[i] ?? [])),
    );
    const head = element('thead', {}, element('tr', {}, ...names));
    table.replaceChildren(...(table.caption ? [table.caption] : []), head, element('tbody', {}, ...rows));
  }

  readonly draw = (): void => {
    this.#records.forEach(({ last, tests, imagesPerSecond }, i) => {
      const texts = [
        `${last?.step ?? 0} of ${this.#steps}`,
        percent(tests.at(-1)?.value),
        percent(last?.accuracyMain, 0),
        number(last?.loss),
        number(last?.lr),
        weightsInWords(last?.headWeights),
        number(imagesPerSecond),
      ];
      texts.forEach((text, column) => {
        const cell = this.#cells[i]?.[column];
        if (cell !== undefined && cell.textContent !== text) cell.textContent = text;
      });
    });
  };
}

/** All shortcut heads have the same. */
function weightsInWords(weights: readonly number[] = []): string {
  return [number(weights[0], 2), ...weights.slice(1, 2).map((weight) => number(weight, 2))].join(', ');
}

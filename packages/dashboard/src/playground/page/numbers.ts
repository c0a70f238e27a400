/** Where each network stands, as a table. */
import { number, percent } from '../../charts/format.js';
import { heading, make } from './element.js';
import type { LaneRecord } from './laneRecord.js';
import { sampleOf } from './methodStyle.js';

const columns = ['Step', 'Loss', 'Training', 'Test', 'Learning rate', 'Weights of the heads', 'Images/s'];

export class NumbersTable {
  readonly #cells: HTMLTableCellElement[][];
  readonly #records: readonly LaneRecord[];
  readonly #steps: number;

  constructor(table: HTMLTableElement, records: readonly LaneRecord[], steps: number) {
    this.#records = records;
    this.#steps = steps;
    this.#cells = records.map(() => columns.map(() => make('td')));
    const head = make('thead', {}, [
      make(
        'tr',
        {},
        ['Method', ...columns].map((text) => heading('col', text)),
      ),
    ]);
    const rows = records.map(({ info: { method } }, i) =>
      make('tr', {}, [heading('row', sampleOf(method), method), ...(this.#cells[i] ?? [])]),
    );
    table.replaceChildren(...(table.caption ? [table.caption] : []), head, make('tbody', {}, rows));
  }

  readonly draw = (): void => {
    this.#records.forEach(({ last, tests, imagesPerSecond }, i) => {
      const texts = [
        `${last?.step ?? 0} of ${this.#steps}`,
        number(last?.loss),
        percent(last?.accuracyMain, 0),
        percent(tests.at(-1)?.value),
        number(last?.lr),
        last?.headWeights.map((weight) => number(weight, 2)).join(' : ') ?? number(null),
        number(imagesPerSecond),
      ];
      texts.forEach((text, column) => {
        const cell = this.#cells[i]?.[column];
        if (cell !== undefined && cell.textContent !== text) cell.textContent = text;
      });
    });
  };
}

/** The configuration of one run, or the differences between two. */
import { element, textTable } from '../charts/dom.js';
import { differingKeys, textOf } from './groups.js';
import type { Run } from './store.js';

export class ConfigView {
  readonly element: HTMLElement;
  readonly #other = element('select');
  readonly #all = element('input', { type: 'checkbox' });
  readonly #table = element('div', {
    class: 'scroll',
    tabindex: 0,
    role: 'group',
    'aria-label': 'Table of the options',
  });
  #run: Run | undefined;
  #runs: readonly Run[] = [];
  #shown = '';

  constructor() {
    for (const control of [this.#other, this.#all])
      control.addEventListener('change', () => this.update(this.#run, this.#runs));
    this.element = element(
      'div',
      {},
      element(
        'p',
        {},
        element('label', {}, 'Compare with ', this.#other),
        ' ',
        element('label', {}, this.#all, ' also what is the same'),
      ),
      this.#table,
    );
  }

  update(run: Run | undefined, runs: readonly Run[]): void {
    this.#run = run;
    this.#runs = runs;
    const others = runs.filter(({ info }) => info.id !== run?.info.id);
    const names = [['', 'no other run'], ...others.map(({ info }) => [info.id, info.name])] as [string, string][];
    const before = [...this.#other.options].map(({ value, text }) => [value, text]);
    if (JSON.stringify(before) !== JSON.stringify(names)) {
      const chosen = this.#other.value;
      this.#other.replaceChildren(...names.map(([value, text]) => element('option', { value }, text)));
      if (names.some(([id]) => id === chosen)) this.#other.value = chosen;
    }
    const other = others.find(({ info }) => info.id === this.#other.value);
    this.#all.disabled = other === undefined;
    const wanted = JSON.stringify([run?.info.config, other?.info.config, this.#all.checked, other?.info.name]);
    if (wanted === this.#shown || run === undefined) return;
    this.#shown = wanted;
    const table = other === undefined ? single(run) : difference(run, other, this.#all.checked);
    table.classList.add('text');
    this.#table.replaceChildren(table);
  }
}

function single({ info }: Run): HTMLElement {
  const rows = Object.entries(info.config).map(([key, value]) => [key, textOf(value)]);
  return textTable(`Configuration of ${info.name}`, ['Option', 'Value'], rows);
}

function difference(one: Run, other: Run, all: boolean): HTMLElement {
  const differing = differingKeys([one, other]);
  const keys = all ? [...new Set([one, other].flatMap(({ info }) => Object.keys(info.config)))] : differing;
  const rows = keys.map((key) => [key, textOf(one.info.config[key]), textOf(other.info.config[key])]);
  const same =
    differing.length === 0 ? 'The two runs have the same configuration.' : `${differing.length} options differ.`;
  const table = textTable(same, ['Option', one.info.name, other.info.name], rows);
  for (const row of table.tBodies[0]?.rows ?? [])
    row.classList.toggle('differs', differing.includes(row.cells[0]?.textContent ?? ''));
  return table;
}

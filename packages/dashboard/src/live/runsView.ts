/** The runs as a table: how far each is, and which are drawn. */

import { element, keepOnly } from '../charts/dom.js';
import { duration, number, percent } from '../charts/format.js';
import { paletteEntry } from '../charts/palette.js';
import { colourOf } from '../charts/theme.js';
import { type Group, textOf } from './groups.js';
import type { Run } from './store.js';

const STATES = { going: 'training', stopped: 'stopped', finished: 'finished' };
const HEAD = ['Run', 'State', 'Epochs', 'Test accuracy', 'Images/s', 'Time left', 'Seed'];

interface Row {
  element: HTMLTableRowElement;
  box: HTMLInputElement;
  key: HTMLElement;
  name: HTMLElement;
  cells: HTMLTableCellElement[];
  bar: HTMLProgressElement;
}

export class RunsView {
  readonly element: HTMLElement;
  readonly #body = element('tbody');
  readonly #rows = new Map<string, Row>();
  readonly #changed: () => void;

  /** `changed`: other runs are to be drawn. */
  constructor(changed: () => void) {
    this.#changed = changed;
    const head = element('tr', {}, ...HEAD.map((name) => element('th', { scope: 'col' }, name)));
    const table = element('table', { class: 'runs' }, element('thead', {}, head), this.#body);
    this.element = element(
      'div',
      { class: 'scroll', role: 'group', tabindex: 0, 'aria-label': 'Table of the runs' },
      table,
    );
  }

  isShown(id: string): boolean {
    return this.#rows.get(id)?.box.checked ?? true;
  }

  update(runs: readonly Run[], groups: readonly Group[]): void {
    for (const id of this.#rows.keys()) if (!runs.some(({ info }) => info.id === id)) this.#rows.delete(id);
    for (const run of runs) this.#fill(this.#rowOf(run.info.id), run, groups);
    keepOnly(
      this.#body,
      runs.map(({ info }) => (this.#rows.get(info.id) as Row).element),
    );
  }

  #rowOf(id: string): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const box = element('input', { type: 'checkbox', checked: true });
    box.addEventListener('change', this.#changed);
    const key = element('span', { class: 'key', 'aria-hidden': 'true' });
    const name = element('span', { class: 'name' });
    const label = element('label', {}, box, key, name);
    const cells = HEAD.slice(1).map(() => element('td'));
    const bar = element('progress', { max: 1 });
    const row = element('tr', {}, element('th', { scope: 'row' }, label), ...cells);
    const made = { element: row, box, key, name, cells, bar };
    this.#rows.set(id, made);
    return made;
  }

  #fill({ key, name, cells, bar }: Row, { info, epochs }: Run, groups: readonly Group[]): void {
    const group = groups.find(({ runs }) => runs.some((run) => run.info.id === info.id));
    key.style.background = group === undefined ? 'transparent' : colourOf(paletteEntry(group.colour));
    setText(name, `${info.name} (${textOf(info.config.method)})`);
    const wanted = typeof info.config.epochs === 'number' ? info.config.epochs : 0;
    const done = info.stepsPerEpoch === null ? info.epochsDone : info.stepsDone / info.stepsPerEpoch;
    bar.value = wanted === 0 ? 0 : Math.min(1, Math.max(done, info.epochsDone) / wanted);
    const last = epochs.at(-1);
    const [state, progress, accuracy, speed, left, seed] = cells as [HTMLTableCellElement, ...HTMLTableCellElement[]];
    setText(state, info.problem ?? STATES[info.state]);
    state.classList.toggle('problem', info.problem !== null);
    if (progress !== undefined && bar.parentElement === null) progress.append(element('span'), bar);
    setText(progress?.firstElementChild, `${info.epochsDone} of ${wanted} `);
    bar.setAttribute('aria-label', `Progress of ${info.name}`);
    setText(accuracy, last === undefined ? '–' : percent(last.testAccuracy));
    setText(speed, number(info.imagesPerSecond ?? last?.imagesPerSecond, 3));
    setText(left, info.state === 'going' ? duration(info.secondsLeft) : '–');
    setText(seed, textOf(info.config.seed));
  }
}

function setText(target: Element | undefined | null, text: string): void {
  if (target && target.textContent !== text) target.textContent = text;
}

/** What the main head took the images for after the last epoch: the confusion matrix, and the most wrong images. */
import { element } from '../charts/dom.js';
import { number, percent } from '../charts/format.js';
import { HeatMap } from '../charts/heatMap.js';
import { pictureCanvas } from './picture.js';
import type { AnswersFile } from './protocol.js';
import type { LiveSource } from './source.js';
import type { Run } from './store.js';

/** Of more classes, a table would be wider than any screen. */
const MOST_IN_TABLE = 20;

export class AnswersView {
  readonly element: HTMLElement;
  readonly #matrix = element('div', { class: 'matrix' });
  readonly #worst = element('ul', { class: 'pictures' });
  readonly #note = element('p', { class: 'note' });
  readonly #source: LiveSource;
  readonly #look: (image: number) => void;
  #shown = '';
  #map: HeatMap | null = null;

  /** `look`: somebody wants to see the spikes of an image. */
  constructor(source: LiveSource, look: (image: number) => void) {
    this.#source = source;
    this.#look = look;
    this.element = element(
      'div',
      { class: 'answers' },
      element('div', {}, element('h3', {}, 'Confusion matrix'), this.#matrix, this.#note),
      element('div', {}, element('h3', {}, 'The most wrong images'), this.#worst),
    );
  }

  async update(run: Run | undefined): Promise<void> {
    const wanted = run === undefined ? '' : JSON.stringify([run.info.id, run.epochs.length]);
    if (run === undefined || run.epochs.length === 0 || wanted === this.#shown) return;
    this.#shown = wanted;
    const answers = await this.#source.ask<AnswersFile>('answers', { run: run.info.id });
    if (this.#shown === wanted) this.#show(answers);
  }

  #show(answers: AnswersFile | null): void {
    const classes = answers?.classNames.length ?? 0;
    if (answers === null || answers.confusion.length !== classes * classes) {
      this.#note.textContent = 'This run has no answers.json that can be read here.';
      this.#matrix.replaceChildren();
      this.#worst.replaceChildren();
      return;
    }
    const which = answers.images === 'test' ? 'Test images' : 'Images held out of training';
    this.#note.textContent = `${which}, after epoch ${answers.epoch + 1}. Rows are what images are, columns what they were taken for.`;
    if (classes <= MOST_IN_TABLE) this.#matrix.replaceChildren(table(answers));
    else this.#drawMap(answers, classes);
    this.#worst.replaceChildren(...answers.worst.map((one) => this.#item(one, answers)));
  }

  #drawMap({ confusion, classNames }: AnswersFile, classes: number): void {
    this.#map ??= new HeatMap('Confusion', { x: 'Taken for class', height: 420 });
    if (this.#map.element.parentElement !== this.#matrix) this.#matrix.replaceChildren(this.#map.element);
    const value = (row: number, column: number) => confusion[row * classes + column] ?? null;
    this.#map.update('Confusion of all classes', {
      rows: classNames,
      columns: classes,
      value,
      text: (one) => number(one),
    });
  }

  #item(
    { index, label, answer, margin, ...picture }: AnswersFile['worst'][number],
    { classNames: names, images }: AnswersFile,
  ): HTMLElement {
    const [is, taken] = [names[label] ?? String(label), names[answer] ?? String(answer)];
    const words = `${is} taken for ${taken}`;
    const button = element(
      'button',
      { type: 'button', title: `Image ${index}: by ${number(margin)} above its own class. Show its spikes.` },
      pictureCanvas(picture, `Test image ${index}, ${words}`),
      element('span', {}, words),
    );
    // Spikes are shown of test images alone.
    button.disabled = images !== 'test';
    button.addEventListener('click', () => this.#look(index));
    return element('li', {}, button);
  }
}

function table({ confusion, classNames }: AnswersFile): HTMLElement {
  const classes = classNames.length;
  const rows = classNames.map((name, row) => {
    const own = confusion.slice(row * classes, (row + 1) * classes);
    const all = own.reduce((sum, count) => sum + count, 0);
    const cells = own.map((count, column) => {
      const share = all === 0 ? 0 : count / all;
      const cell = element(
        'td',
        { title: `${name} taken for ${classNames[column]}: ${count} of ${all} (${percent(share)})` },
        count === 0 ? '·' : String(count),
      );
      // Right answers blue, wrong ones orange: told apart without red and green.
      cell.style.setProperty('--share', String(share));
      cell.classList.add(row === column ? 'right' : 'wrong');
      return cell;
    });
    return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
  });
  const head = element('tr', {}, element('td'), ...classNames.map((name) => element('th', { scope: 'col' }, name)));
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Table of the confusion matrix' },
    element('table', { class: 'confusion' }, element('thead', {}, head), element('tbody', {}, ...rows)),
  );
}

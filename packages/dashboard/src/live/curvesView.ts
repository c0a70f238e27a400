/** Accuracy, loss, schedules and speed of all runs that are shown. */
import { type Curve, CurvesChart } from '../charts/curves.js';
import { element } from '../charts/dom.js';
import { inTurn } from '../charts/frames.js';
import { lineKey } from '../charts/lineKey.js';
import { type Group, groupCurve } from './groups.js';
import type { EpochPoint, StepPoint } from './protocol.js';
import type { Run } from './store.js';

const DASHED = [5, 4];
const epochs = (run: Run) => run.epochs;
const steps = (run: Run) => run.steps;
const epochNumber = ({ epoch }: EpochPoint) => epoch + 1;
const stepNumber = ([step]: StepPoint) => step + 1;

type Kind = { name: string; dash?: number[] };

function overEpochs(group: Group, y: (point: EpochPoint) => number, kind?: Kind): Curve {
  return groupCurve(group, { points: epochs, x: epochNumber, y, ...(kind === undefined ? {} : { kind }) });
}

function overSteps(group: Group, y: (point: StepPoint) => number, kind?: Kind): Curve {
  return groupCurve(group, { points: steps, x: stepNumber, y, ...(kind === undefined ? {} : { kind }) });
}

export class CurvesView {
  readonly element: HTMLElement;
  readonly #legend = element('ul', { class: 'legend', 'aria-label': 'Lines' });
  readonly #updates: (() => void)[];
  #groups: readonly Group[] = [];

  constructor() {
    const accuracy = { x: 'Epoch', format: 'percent', min: 0, max: 1 } as const;
    const loss = { x: 'Epoch', min: 0 };
    const all: [CurvesChart, (group: Group) => Curve[], title?: (judges: string) => string][] = [
      [
        new CurvesChart('Test accuracy, main head alone', accuracy),
        (one) => [overEpochs(one, (p) => p.testAccuracy)],
        (judges) => `${judges} accuracy, main head alone`,
      ],
      [
        new CurvesChart('Training accuracy: main head (line) and all heads (dashed)', accuracy),
        (one) => [
          overEpochs(one, (p) => p.trainAccuracyMain, { name: 'main head' }),
          overEpochs(one, (p) => p.trainAccuracy, { name: 'all heads', dash: DASHED }),
        ],
      ],
      [
        new CurvesChart('Training loss: main head (line) and all heads (dashed)', loss),
        (one) => [
          overEpochs(one, (p) => p.trainLossMain ?? Number.NaN, { name: 'main head' }),
          overEpochs(one, (p) => p.trainLoss, { name: 'all heads', dash: DASHED }),
        ],
      ],
      [
        new CurvesChart('Test loss, main head alone', loss),
        (one) => [overEpochs(one, (p) => p.testLoss)],
        (judges) => `${judges} loss, main head alone`,
      ],
      [
        new CurvesChart('Training loss, step by step: main head (line) and all heads (dashed)', { x: 'Step', min: 0 }),
        (one) => [
          overSteps(one, (point) => point[6] ?? Number.NaN, { name: 'main head' }),
          overSteps(one, ([, value]) => value, { name: 'all heads', dash: DASHED }),
        ],
      ],
      [
        new CurvesChart("Lambda: the main head's weight", { x: 'Step', min: 0 }),
        (one) => [overSteps(one, (point) => point[5])],
      ],
      [new CurvesChart('Learning rate', { x: 'Step', min: 0 }), (one) => [overSteps(one, (point) => point[4])]],
      [
        new CurvesChart('Images per second', { x: 'Epoch', min: 0 }),
        (one) => [overEpochs(one, (p) => p.imagesPerSecond)],
      ],
    ];
    this.#updates = all.map(
      ([chart, curvesOf, title]) =>
        () =>
          chart.update(this.#groups.flatMap(curvesOf), title?.(judgesOf(this.#groups))),
    );
    const charts = element('div', { class: 'charts' }, ...all.map(([chart]) => chart.element));
    this.element = element('div', {}, this.#legend, charts);
  }

  update(groups: readonly Group[]): void {
    this.#legend.replaceChildren(...groups.map(legendItem));
    this.#groups = groups;
    for (const chart of this.#updates) inTurn(chart);
  }
}

/** By which images the epochs that are drawn were judged. */
function judgesOf(groups: readonly Group[]): string {
  const points = groups.flatMap(({ runs }) => runs.flatMap(({ epochs: [first] }) => first ?? []));
  const validated = points.filter(({ judgedBy }) => judgedBy === 'validation').length;
  if (validated === 0) return 'Test';
  return validated === points.length ? 'Validation' : 'Test or validation';
}

function legendItem({ label, colour, runs }: Group): HTMLElement {
  const seeds = runs.length === 1 ? '' : ` (${runs.length} seeds: mean, and range as a band)`;
  return element('li', {}, lineKey(colour), `${label}${seeds}`);
}

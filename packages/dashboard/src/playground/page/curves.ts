/** The four charts of a training. */
import { type Curve, CurvesChart } from '../../charts/curves.js';
import type { LaneRecord } from './laneRecord.js';
import { entryOf } from './methodKey.js';

/** Of training images, beside the line of test images. */
const dots = [2, 3];

type Points = Curve['points'];

export class Curves {
  readonly #charts = {
    accuracy: new CurvesChart('Accuracy of the main head (dotted: in training)', {
      x: 'Step',
      format: 'percent',
      min: 0,
      max: 1,
    }),
    loss: new CurvesChart('Loss on training images', { x: 'Step', min: 0 }),
    gradients: new CurvesChart('Norm of the gradient at each convolution', { x: 'Convolution', scale: 'log' }),
    rates: new CurvesChart('Share of neurons that fire at the digit below', { x: 'Layer', format: 'percent', min: 0 }),
  };
  #records: readonly LaneRecord[] = [];

  constructor(box: HTMLElement) {
    box.replaceChildren(...Object.values(this.#charts).map(({ element }) => element));
  }

  begin(records: readonly LaneRecord[]): void {
    this.#records = records;
  }

  readonly accuracy = (): void => {
    const tests = this.#curves(({ tests }) => pairs(tests), ' on test images');
    const training = this.#curves(({ accuracy }) => pairs(accuracy.points), ' on training images');
    this.#charts.accuracy.update([...tests, ...training.map((curve) => ({ ...curve, dash: dots }))]);
  };

  readonly loss = (): void => {
    this.#charts.loss.update(this.#curves(({ loss }) => pairs(loss.points)));
  };

  readonly gradients = (): void => {
    // A gradient of nothing has no place on a logarithmic axis.
    this.#charts.gradients.update(this.#curves(({ norms }) => byLayer(norms).filter(([, norm]) => norm > 0)));
  };

  readonly rates = (): void => {
    this.#charts.rates.update(this.#curves(({ answers }) => byLayer(answers?.raster.rates ?? [])));
  };

  /** All of them, for whoever draws. */
  get all(): (() => void)[] {
    return [this.accuracy, this.loss, this.gradients, this.rates];
  }

  #curves(pointsOf: (record: LaneRecord) => Points, suffix = ''): Curve[] {
    return this.#records.map((record) => {
      const { method } = record.info;
      return { name: `${method}${suffix}`, colour: entryOf(method), points: pointsOf(record) };
    });
  }
}

const pairs = (points: readonly { step: number; value: number }[]): Points =>
  points.map(({ step, value }) => [step, value]);
/** Layers count from 1. */
const byLayer = (values: readonly number[]): Points => values.map((value, i) => [i + 1, value]);

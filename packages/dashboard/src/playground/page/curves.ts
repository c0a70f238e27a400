/** The four charts of a training. */
import { number, percent } from '../../charts/format.js';
import { type Axes, Chart, type Series } from './chart.js';
import { byId } from './element.js';
import type { LaneRecord } from './laneRecord.js';
import { colourOf, styleOf } from './methodStyle.js';

type Data = Series['data'];

export class Curves {
  readonly #charts = {
    accuracy: new Chart(byId('accuracy')),
    loss: new Chart(byId('loss')),
    gradients: new Chart(byId('gradients')),
    rates: new Chart(byId('rates')),
  };
  #records: readonly LaneRecord[] = [];
  #steps = 1;

  begin(records: readonly LaneRecord[], steps: number): void {
    this.#records = records;
    this.#steps = steps;
  }

  readonly accuracy = (): void => {
    const lines = this.#series(({ accuracy }) => pairs(accuracy.points), 'line');
    const marks = this.#series(({ tests }) => pairs(tests), 'marks', ' (test)');
    const words = this.#words('Accuracy', ({ tests, accuracy }) => {
      const training = percent(accuracy.points.at(-1)?.value, 0);
      return `${training} of training images, ${percent(tests.at(-1)?.value)} of test images`;
    });
    this.#charts.accuracy.draw([...lines, ...marks], { ...this.#overSteps, y: '', percent: true, words });
  };

  readonly loss = (): void => {
    const words = this.#words('Loss', ({ loss }) => number(loss.points.at(-1)?.value));
    const series = this.#series(({ loss }) => pairs(loss.points), 'line');
    this.#charts.loss.draw(series, { ...this.#overSteps, y: '', words });
  };

  readonly gradients = (): void => {
    const words = this.#words('Gradient norm', ({ norms }) => {
      return `${number(norms[0], 2)} at the first layer, ${number(norms.at(-1), 2)} at the last`;
    });
    // A gradient of nothing has no place on a logarithmic axis.
    const data = ({ norms }: LaneRecord): Data => byLayer(norms).filter(([, norm]) => norm > 0);
    this.#charts.gradients.draw(this.#series(data, 'line'), { x: 'Convolution', y: '', logarithmic: true, words });
  };

  readonly rates = (): void => {
    const words = this.#words('Share of neurons that fire', ({ rates }) => {
      return `${percent(rates[0])} of the first layer, ${percent(rates.at(-1))} of the last`;
    });
    const series = this.#series(({ rates }) => byLayer(rates), 'line');
    this.#charts.rates.draw(series, { x: 'Layer of neurons', y: '', percent: true, words });
  };

  /** All of them, for whoever draws. */
  get all(): (() => void)[] {
    return [this.accuracy, this.loss, this.gradients, this.rates];
  }

  get #overSteps(): Pick<Axes, 'x' | 'xMost'> {
    return { x: 'Step', xMost: this.#steps };
  }

  #series(dataOf: (record: LaneRecord) => Data, form: Series['form'], suffix = ''): Series[] {
    return this.#records.map((record) => {
      const { method } = record.info;
      const { dash, marker } = styleOf(method);
      return { name: `${method}${suffix}`, colour: colourOf(method), dash, marker, data: dataOf(record), form };
    });
  }

  #words(what: string, wordsOf: (record: LaneRecord) => string): string {
    const parts = this.#records.map((record) => `${record.info.method}: ${wordsOf(record)}`);
    return `${what}. ${parts.join('; ')}.`;
  }
}

const pairs = (points: readonly { step: number; value: number }[]): Data =>
  points.map(({ step, value }) => [step, value]);
/** Layers count from 1. */
const byLayer = (values: readonly number[]): Data => values.map((value, i) => [i + 1, value]);

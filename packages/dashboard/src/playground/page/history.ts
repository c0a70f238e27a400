/** Curves of a training of any length, in a bounded number of points: neighbours are averaged when there are too many. */

export interface Point {
  /** The last step that it is of. */
  step: number;
  value: number;
}

export class Curve {
  readonly #most: number;
  /** Steps in each point but the last. */
  #size = 1;
  #points: (Point & { steps: number })[] = [];

  constructor(most = 300) {
    this.#most = most;
  }

  add(step: number, value: number): void {
    const last = this.#points.at(-1);
    if (last === undefined || last.steps === this.#size) this.#points.push({ step, value, steps: 1 });
    else join(last, { step, value, steps: 1 });
    if (this.#points.length > this.#most) this.#halve();
  }

  get points(): readonly Point[] {
    return this.#points;
  }

  #halve(): void {
    this.#size *= 2;
    const halved: (Point & { steps: number })[] = [];
    this.#points.forEach((point, i) => {
      if (i % 2 === 0) halved.push(point);
      else join(halved.at(-1) as Point & { steps: number }, point);
    });
    this.#points = halved;
  }
}

function join(into: Point & { steps: number }, other: Point & { steps: number }): void {
  const steps = into.steps + other.steps;
  into.value = (into.value * into.steps + other.value * other.steps) / steps;
  into.step = other.step;
  into.steps = steps;
}

/** Mean of the newest values, each step counting less than the one after it. */
export class Smooth {
  #value: number | null = null;
  readonly #share: number;

  constructor(share = 0.1) {
    this.#share = share;
  }

  add(value: number): number {
    this.#value = this.#value === null ? value : this.#value + this.#share * (value - this.#value);
    return this.#value;
  }
}

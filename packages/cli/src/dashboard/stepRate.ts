/** How fast steps come in, as a server sees them. */

/** Steps of this long ago still count, in seconds. */
const MEMORY = 30;

export class StepRate {
  readonly #now: () => number;
  #seen: { at: number; step: number }[] = [];

  /** `now` in seconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The last step is number `step` now; null: there is none. `again`: the run was cut back. */
  saw(step: number | null, again: boolean): void {
    const at = this.#now();
    if (again) this.#seen = [];
    if (step === null) return;
    this.#seen = this.#seen.filter((one) => at - one.at <= MEMORY);
    this.#seen.push({ at, step });
  }

  /** Null before two looks have seen different steps. */
  get stepsPerSecond(): number | null {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (first === undefined || last === undefined || last.step === first.step) return null;
    return (last.step - first.step) / (last.at - first.at);
  }
}

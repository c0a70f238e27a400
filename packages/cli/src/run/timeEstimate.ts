/** How long all runs of a comparison take, told from those epochs that are over. */

/** One run that is to be trained. */
export interface Expected {
  /** Runs of one kind take the same time, 'resnet20, T 2, vanilla'. */
  kind: string;
  /** Work of an epoch, in any unit: a kind that is not measured yet is expected in proportion to it. */
  work: number;
  epochs: number;
}

export class TimeEstimate {
  readonly #left: Expected[];
  /** Seconds of the epochs that were measured, by kind. */
  readonly #measured = new Map<string, { work: number; seconds: number; epochs: number }>();

  constructor(runs: readonly Expected[]) {
    this.#left = runs.map((run) => ({ ...run }));
  }

  /** An epoch of run `at` is over; `seconds` null when its beginning was not seen. */
  epoch(at: number, seconds: number | null): void {
    const run = this.#left[at];
    if (run === undefined) throw new Error(`there is no run ${at}`);
    run.epochs = Math.max(0, run.epochs - 1);
    if (seconds === null) return;
    const before = this.#measured.get(run.kind) ?? { work: run.work, seconds: 0, epochs: 0 };
    this.#measured.set(run.kind, { ...before, seconds: before.seconds + seconds, epochs: before.epochs + 1 });
  }

  hasMeasured(kind: string): boolean {
    return this.#measured.has(kind);
  }

  /** Seconds for all that is left; null before anything is measured. */
  get seconds(): number | null {
    if (this.#measured.size === 0) return null;
    return this.#left.reduce((sum, run) => sum + (run.epochs === 0 ? 0 : run.epochs * this.#secondsOf(run)), 0);
  }

  /** Runs that have epochs left. */
  get runs(): number {
    return this.#left.filter(({ epochs }) => epochs > 0).length;
  }

  /** Kinds with epochs left. */
  get kinds(): number {
    return this.#kindsLeft().size;
  }

  /** The kinds of which no epoch was measured. */
  get unmeasured(): number {
    return [...this.#kindsLeft()].filter((kind) => !this.#measured.has(kind)).length;
  }

  #kindsLeft(): Set<string> {
    return new Set(this.#left.flatMap(({ epochs, kind }) => (epochs > 0 ? [kind] : [])));
  }

  /** As its own kind took, else as the one nearest to it in work, in proportion. */
  #secondsOf({ kind, work }: Expected): number {
    const own = this.#measured.get(kind);
    const apart = (other: number) => Math.max(other / work, work / other);
    const nearest = own ?? [...this.#measured.values()].reduce((a, b) => (apart(b.work) < apart(a.work) ? b : a));
    return (nearest.seconds / nearest.epochs) * (work / nearest.work);
  }
}

import type { EventProblem, Events, OnEventProblem } from '../events.js';
import { refuse } from '../problems.js';

/** Events in one run. */
export const runEvents = 65_536;

/** Gathers events into runs, and checks each: inside the sensor, and not older than the one before it. */
export class EventSink {
  readonly problem: (problem: Omit<EventProblem, 'file'>) => void;
  readonly #width: number;
  readonly #height: number;
  #run = emptyRun(runEvents);
  #size = 0;
  #latest = Number.NEGATIVE_INFINITY;

  /** `width` and `height` of the sensor: null, any address will do. */
  constructor(file: string, width: number | null, height: number | null, onProblem: OnEventProblem = refuse) {
    this.problem = (problem) => onProblem({ file, ...problem });
    this.#width = width ?? Number.POSITIVE_INFINITY;
    this.#height = height ?? Number.POSITIVE_INFINITY;
  }

  /** Whether `take` must be called before the next `add`. */
  get full(): boolean {
    return this.#size === runEvents;
  }

  /** How many more events fit in before `take`. */
  get room(): number {
    return runEvents - this.#size;
  }

  /** Time of the latest event that was added, in microseconds; minus infinity before the first. */
  get latest(): number {
    return this.#latest;
  }

  /** `offset`: of its record in the recording. */
  add(t: number, x: number, y: number, p: number, offset: number): void {
    if (!(x >= 0 && x < this.#width && y >= 0 && y < this.#height)) {
      const expected = `an address inside ${this.#width}x${this.#height}`;
      this.problem({ kind: 'address', offset, expected, found: `x ${x}, y ${y}` });
      return;
    }
    if (t < this.#latest) {
      const expected = `an event at ${this.#latest} us or later`;
      this.problem({ kind: 'time', offset, expected, found: `one at ${t} us` });
      return;
    }
    const run = this.#run;
    const at = this.#size++;
    run.t[at] = t;
    run.x[at] = x;
    run.y[at] = y;
    run.p[at] = p;
    this.#latest = t;
  }

  /** The events since the last call. */
  take(): Events {
    const size = this.#size;
    const { t, x, y, p } = this.#run;
    this.#size = 0;
    if (size === runEvents) {
      this.#run = emptyRun(runEvents);
      return { size, t, x, y, p };
    }
    return { size, t: t.slice(0, size), x: x.slice(0, size), y: y.slice(0, size), p: p.slice(0, size) };
  }
}

function emptyRun(size: number): Omit<Events, 'size'> {
  return {
    t: new Float64Array(size),
    x: new Uint16Array(size),
    y: new Uint16Array(size),
    p: new Uint8Array(size),
  };
}

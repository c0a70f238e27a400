import type { EventProblem, EventProblemKind, Events, OnEventProblem } from '../events.js';
import { refuse } from '../problems.js';

/** Events in one run. */
export const runEvents = 65_536;

/** Of one with 32 bits, in microseconds: time that falls by more has most likely not gone back. */
const halfOfClock = 2 ** 31;
/** Before anything is known of a recording's length; most of them are short. */
const firstRoom = 1024;

/** Gathers events into runs, and checks each: inside the sensor, and not older than the one before it. */
export class EventSink {
  readonly #file: string;
  readonly #onProblem: OnEventProblem;
  readonly #width: number;
  readonly #height: number;
  #run = emptyRun(firstRoom);
  #capacity = firstRoom;
  #size = 0;
  #latest = Number.NEGATIVE_INFINITY;

  /** `width` and `height` of the sensor: null, any address will do. */
  constructor(file: string, width: number | null, height: number | null, onProblem: OnEventProblem = refuse) {
    this.#file = file;
    this.#onProblem = onProblem;
    this.#width = width ?? Number.POSITIVE_INFINITY;
    this.#height = height ?? Number.POSITIVE_INFINITY;
  }

  /** `describe` gives what was expected and what was found. Of a damaged recording, there may be millions. */
  problem(kind: EventProblemKind, offset: number | null, describe: () => readonly [string, string]): void {
    this.#onProblem(new Problem(kind, this.#file, offset, describe));
  }

  /** Whether `take` must be called before the next `add`. */
  get full(): boolean {
    return this.#size === runEvents;
  }

  /** How many more events fit in before `take`. */
  get room(): number {
    return runEvents - this.#size;
  }

  /** `offset`: of its record in the recording. */
  add(t: number, x: number, y: number, p: number, offset: number): void {
    if (!(x >= 0 && x < this.#width && y >= 0 && y < this.#height)) {
      this.problem('address', offset, () => [`an address inside ${this.#width}x${this.#height}`, `x ${x}, y ${y}`]);
      return;
    }
    if (t < this.#latest) {
      this.#older(t, offset);
      return;
    }
    if (this.#size === this.#capacity) this.#grow();
    const run = this.#run;
    const at = this.#size++;
    run.t[at] = t;
    run.x[at] = x;
    run.y[at] = y;
    run.p[at] = p;
    this.#latest = t;
  }

  #older(t: number, offset: number): void {
    const latest = this.#latest;
    const overflowed = latest - t > halfOfClock;
    const hint = overflowed ? ' (did its clock overflow?)' : '';
    this.problem(overflowed ? 'counter' : 'time', offset, () => [
      `an event at ${latest} us or later`,
      `one at ${t} us${hint}`,
    ]);
  }

  #grow(): void {
    const { t, x, y, p } = this.#run;
    this.#capacity = Math.min(runEvents, 4 * this.#capacity);
    this.#run = emptyRun(this.#capacity);
    this.#run.t.set(t);
    this.#run.x.set(x);
    this.#run.y.set(y);
    this.#run.p.set(p);
  }

  /** The events since the last call. */
  take(): Events {
    const size = this.#size;
    const { t, x, y, p } = this.#run;
    this.#size = 0;
    if (size === this.#capacity) {
      this.#run = emptyRun(this.#capacity);
      return { size, t, x, y, p };
    }
    return { size, t: t.slice(0, size), x: x.slice(0, size), y: y.slice(0, size), p: p.slice(0, size) };
  }
}

/** Words are made of it only when somebody reads them. */
class Problem implements EventProblem {
  readonly kind: EventProblemKind;
  readonly file: string;
  readonly offset: number | null;
  readonly #describe: () => readonly [string, string];

  constructor(kind: EventProblemKind, file: string, offset: number | null, describe: () => readonly [string, string]) {
    this.kind = kind;
    this.file = file;
    this.offset = offset;
    this.#describe = describe;
  }

  get expected(): string {
    return this.#describe()[0];
  }

  get found(): string {
    return this.#describe()[1];
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

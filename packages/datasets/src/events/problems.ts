/** What becomes of a recording's problems. */
import { DatasetError } from '../error.js';
import type { EventProblem, EventProblemKind } from './events.js';

/** @throws DatasetError that names file, offset, what was expected and what was found. */
export function refuse({ file, offset, expected, found }: EventProblem): never {
  throw new DatasetError({ file, offset }, expected, found);
}

/** Leaves out what is wrong, and counts it: hand `note` to a reader as `onProblem`. */
export class SkippedEvents {
  readonly #counts = new Map<EventProblemKind, number>();
  #first: EventProblem | null = null;

  readonly note = (problem: EventProblem): void => {
    const { kind, file, offset } = problem;
    this.#first ??= { kind, file, offset, expected: problem.expected, found: problem.found };
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  };

  /** How many problems there were. */
  get count(): number {
    let sum = 0;
    for (const count of this.#counts.values()) sum += count;
    return sum;
  }

  /** By kind, only those that occurred. */
  get counts(): Partial<Record<EventProblemKind, number>> {
    return Object.fromEntries(this.#counts);
  }

  get first(): EventProblem | null {
    return this.#first;
  }

  /** As it stands in reports; null when nothing was wrong. */
  get summary(): { file: string; reason: string; offset: number | null } | null {
    if (this.#first === null) return null;
    const { file, offset, expected, found } = this.#first;
    const kinds = [...this.#counts].map(([kind, count]) => `${kind} ${count}`).join(', ');
    return { file, reason: `${kinds}; the first: expected ${expected}, found ${found}`, offset };
  }
}

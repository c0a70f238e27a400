/** All that the server has told, as it comes in. */
import type { EpochPoint, LiveEvents, RunInfo, SessionState, StepPoint } from './protocol.js';
import type { Connection, LiveSource } from './source.js';

/** More points of a curve than so many are thinned: they could not be told apart. */
const MOST_STEPS = 800;

export interface Run {
  info: RunInfo;
  epochs: EpochPoint[];
  steps: StepPoint[];
}

export class Store {
  readonly runs = new Map<string, Run>();
  session: SessionState | null = null;
  connection: Connection = 'connecting';
  /** Bytes and events that came in, for who measures. */
  readonly traffic = { bytes: 0, events: 0 };
  readonly #changed: () => void;
  readonly #take: { [Name in keyof LiveEvents]: (event: LiveEvents[Name]) => void } = {
    runs: (event) => this.takeRuns(event),
    epochs: (event) => this.takeEpochs(event),
    steps: (event) => this.takeSteps(event),
  };

  /** `changed` is called after each event. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  listen(source: LiveSource): void {
    source.listen({
      event: (name, event, bytes) => {
        this.traffic.bytes += bytes;
        this.traffic.events++;
        this.#take[name](event);
        this.#changed();
      },
      connection: (state) => {
        this.connection = state;
        this.#changed();
      },
    });
  }

  takeRuns({ runs, session }: LiveEvents['runs']): void {
    this.session = session;
    const known = new Set(runs.map(({ id }) => id));
    // Another server, which a page that comes again may find, has other runs.
    for (const id of this.runs.keys()) if (!known.has(id)) this.runs.delete(id);
    for (const info of runs) {
      const { epochs, steps } = this.runs.get(info.id) ?? { epochs: [], steps: [] };
      this.runs.set(info.id, { info, epochs, steps });
    }
  }

  takeEpochs({ id, from, points }: LiveEvents['epochs']): void {
    const run = this.runs.get(id);
    if (run !== undefined) run.epochs = [...run.epochs.slice(0, from), ...points];
  }

  takeSteps({ id, replace, points }: LiveEvents['steps']): void {
    const run = this.runs.get(id);
    if (run === undefined) return;
    run.steps = replace ? points : [...run.steps, ...points];
    while (run.steps.length > MOST_STEPS) run.steps = halved(run.steps);
  }
}

/** The mean of each two steps that follow each other. */
function halved(steps: readonly StepPoint[]): StepPoint[] {
  return Array.from({ length: Math.ceil(steps.length / 2) }, (_, at) => {
    const [one, other] = [steps[2 * at] as StepPoint, steps[2 * at + 1]];
    if (other === undefined) return one;
    const mean = (index: 1 | 2 | 3) => (one[index] + other[index]) / 2;
    const [a, b] = [one[6], other[6]];
    const lossMain = a === null || b === null ? null : (a + b) / 2;
    return [other[0], mean(1), mean(2), mean(3), other[4], other[5], lossMain];
  });
}

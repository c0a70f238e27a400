/** Trains runs, one at a time and each in a folder of its own, and shows them all to pages. */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LiveRuns, type PagePort, readRun, type Session, type TrainRunOptions, trainRun } from '@kestirme/cli';

export class Trainer {
  readonly #folder: string;
  readonly #recipe: TrainRunOptions;
  readonly #fail: (message: string) => void;
  readonly #pages: LiveRuns;
  #dir: string | null = null;
  #run: { stop: AbortController; over: Promise<void> } | null = null;

  private constructor(folder: string, recipe: TrainRunOptions, fail: (message: string) => void) {
    this.#folder = folder;
    this.#recipe = recipe;
    this.#fail = fail;
    const onWish = (wish: 'stop' | 'resume') => void (wish === 'stop' ? this.stop() : this.resume());
    this.#pages = new LiveRuns({ roots: [folder], onWish });
  }

  /** `folder`: of all runs; `recipe`: of new ones. A run that has not finished, of an earlier start, can be resumed. */
  static async open(folder: string, recipe: TrainRunOptions, fail: (message: string) => void): Promise<Trainer> {
    const trainer = new Trainer(folder, recipe, fail);
    await mkdir(folder, { recursive: true });
    const last = (await readdir(folder))
      .filter((name) => /^run-\d+$/.test(name))
      .sort()
      .at(-1);
    if (last !== undefined) {
      trainer.#dir = join(folder, last);
      const run = await readRun(trainer.#dir).catch(() => null);
      if (run?.result === null) trainer.#tell('stopped');
    }
    return trainer;
  }

  /** A page wants to look on, and may stop and resume. */
  connect(port: PagePort): void {
    this.#pages.connect(port);
  }

  /** Begins a new run, unless one is under way. */
  begin(): void {
    if (this.#run !== null) return;
    const number = Number(/\d+$/.exec(this.#dir ?? '')?.[0] ?? 0) + 1;
    this.#dir = join(this.#folder, `run-${String(number).padStart(4, '0')}`);
    this.#train({ ...this.#recipe, out: this.#dir });
  }

  resume(): void {
    if (this.#run === null && this.#dir !== null) this.#train({ out: this.#dir, resume: true });
  }

  /** Resolves when what was trained is in its folder, with a checkpoint of its last step. */
  async stop(): Promise<void> {
    if (this.#run === null) return;
    this.#tell('stopping');
    this.#run.stop.abort();
    await this.#run.over;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#pages.close();
  }

  #train(options: TrainRunOptions): void {
    const stop = new AbortController();
    const work = async () => {
      this.#tell('going');
      try {
        const { finished } = await trainRun(options, { signal: stop.signal });
        this.#tell(finished ? 'ended' : 'stopped');
      } catch (error) {
        this.#tell('stopped');
        this.#fail(error instanceof Error ? error.message : String(error));
      } finally {
        this.#run = null;
      }
    };
    this.#run = { stop, over: Promise.resolve().then(work) };
  }

  #tell(state: Session['state']): void {
    if (this.#dir !== null) this.#pages.session = { dir: this.#dir, state };
  }
}

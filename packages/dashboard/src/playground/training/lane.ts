/** One network and its training, which goes on when the pace lets it. */
import type { NamedDataset } from '@kestirme/datasets';
import { createLoader } from '@kestirme/datasets';
import { type Engine, type Method, mainConvolutions, type NetworkSpec, type StepReport, train } from 'kestirme';
import { commandOf, loadingOf, networkOf, trainingOf } from '../setting/recipe.js';
import type { Setting } from '../setting/setting.js';
import { ask } from './ask.js';
import type { Pace } from './pace.js';
import type { Answers, Digit, LaneInfo, OfRun } from './protocol.js';

export interface LaneRequest {
  lane: number;
  engine: Engine;
  setting: Setting;
  method: Method;
  dataset: NamedDataset;
  pace: Pace;
  signal: AbortSignal;
  tell(news: OfRun): void;
}

export class Lane {
  readonly #request: LaneRequest;
  readonly #network: NetworkSpec;
  readonly #weights: string[];
  #step = 0;

  constructor(request: LaneRequest) {
    this.#request = request;
    this.#network = networkOf(request.setting, request.method, request.dataset.info);
    this.#weights = mainConvolutions(this.#network).map(({ name }) => `${name}.weight`);
  }

  /**
   * Resolves with what there is to know before the first step; `ended` when the training is over.
   * @throws whatever the training does
   */
  async begin(): Promise<{ info: LaneInfo; ended: Promise<void> }> {
    const { setting, method } = this.#request;
    let ended: Promise<void> = Promise.resolve();
    const megabytes = await new Promise<number>((resolve, reject) => {
      ended = this.#train(resolve);
      ended.catch(reject);
    });
    const info = {
      ...{ method, megabytes },
      heads: this.#network.heads.map(({ name }) => name),
      command: commandOf(setting, method),
    };
    return { info, ended };
  }

  /** What the network makes of a digit, between two steps. */
  async ask(digit: Digit): Promise<Answers> {
    const step = this.#step;
    return { step, digit, ...(await ask(this.#request.engine, this.#network, digit)) };
  }

  async #train(onPlanned: (megabytes: number) => void): Promise<void> {
    const { lane, engine, setting, method, dataset, pace, signal, tell } = this.#request;
    const data = createLoader(dataset, { ...loadingOf(setting), workers: 0 });
    let atWork = false;
    const wait = async () => {
      if (atWork) pace.leave();
      atWork = false;
      atWork = await pace.turn(lane, signal);
    };
    try {
      const { finished } = await train({
        ...{ engine, network: this.#network, data, options: trainingOf(setting, method), signal },
        onWarning: () => {},
        onPlan: async ({ totalBytes }) => {
          onPlanned(totalBytes / 2 ** 20);
          await wait();
        },
        onStep: async (report) => {
          this.#tellStep(report);
          // The evaluation behind an epoch's last step belongs to it.
          if (report.iteration + 1 < report.iterationsPerEpoch) await wait();
        },
        onEpoch: async ({ epoch, testAccuracy, imagesPerSecond }) => {
          tell({ kind: 'epoch', lane, step: this.#step, testAccuracy, imagesPerSecond });
          if (epoch + 1 < setting.epochs) await wait();
        },
      });
      if (finished) tell({ kind: 'finished', lane, weightsSha256: await engine.weightsSha256() });
    } finally {
      if (atWork) pace.leave();
      await data.close();
    }
  }

  #tellStep({ images, result }: StepReport): void {
    const { lane, tell } = this.#request;
    this.#step++;
    const { loss, lr, headWeights, probe } = result;
    const accuracyMain = result.correctMain / images;
    tell({ kind: 'step', lane, step: this.#step, loss, accuracyMain, lr, headWeights });
    if (probe === null) return;
    tell({ kind: 'gradients', lane, norms: this.#weights.map((name) => probe.weights[name]?.norm ?? 0) });
  }
}

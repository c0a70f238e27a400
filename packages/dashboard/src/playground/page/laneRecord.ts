/** What the page knows of one network's training so far. */
import type { Answers, LaneInfo, OfRun, StepPoint } from '../training/protocol.js';
import { Curve, Smooth } from './history.js';

export class LaneRecord {
  readonly info: LaneInfo;
  readonly loss = new Curve();
  readonly accuracy = new Curve();
  readonly tests: { step: number; value: number }[] = [];
  last: StepPoint | null = null;
  norms: number[] = [];
  imagesPerSecond: number | null = null;
  answers: Answers | null = null;
  /** Of the last step; null: there are more to come. */
  weightsSha256: string | null = null;
  readonly #smoothLoss = new Smooth();
  readonly #smoothAccuracy = new Smooth();

  constructor(info: LaneInfo) {
    this.info = info;
  }

  take(news: Extract<OfRun, { lane: number }>): void {
    switch (news.kind) {
      case 'step':
        this.last = news;
        this.loss.add(news.step, this.#smoothLoss.add(news.loss));
        this.accuracy.add(news.step, this.#smoothAccuracy.add(news.accuracyMain));
        break;
      case 'gradients':
        this.norms = news.norms;
        break;
      case 'epoch':
        this.tests.push({ step: news.step, value: news.testAccuracy });
        this.imagesPerSecond = news.imagesPerSecond;
        break;
      case 'answers':
        this.answers = news;
        break;
      case 'finished':
        this.weightsSha256 = news.weightsSha256;
    }
  }
}

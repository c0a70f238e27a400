/** The digit that is watched: drawn by the visitor, or one of the test images. */
import type { Digit, ToTrainer } from '../training/protocol.js';
import { imageOf } from './drawing.js';
import { byId } from './element.js';
import { Pad } from './pad.js';

type Watch = Extract<ToTrainer, { kind: 'watch' }>['digit'];

export class DigitView {
  readonly #seen = byId<HTMLCanvasElement>('seen');
  readonly #pad: Pad;
  #test = 0;
  #digit: Digit | null = null;

  constructor(onWatch: (digit: Watch) => void) {
    this.#pad = new Pad(byId<HTMLCanvasElement>('pad'), (strokes) => {
      const drawn = imageOf(strokes);
      if (drawn !== null) onWatch({ drawn });
    });
    byId('clear').addEventListener('click', () => this.#pad.clear());
    byId('another').addEventListener('click', () => {
      this.#pad.clear();
      this.#test++;
      onWatch({ test: this.#test });
    });
    this.#pad.clear();
  }

  take(digit: Digit): void {
    this.#digit = digit;
  }

  readonly draw = (): void => {
    this.#pad.draw();
    if (this.#digit === null) return;
    const { pixels, label, test } = this.#digit;
    const context = this.#seen.getContext('2d');
    const image = context?.createImageData(32, 32);
    if (!context || !image) return;
    pixels.forEach((ink, at) => {
      image.data.set([ink, ink, ink, 255], 4 * at);
    });
    context.putImageData(image, 0, 0);
    const words = label === null ? 'What the networks see: your drawing' : `Test image ${test}: a ${label}`;
    byId('seen-words').textContent = words;
  };
}

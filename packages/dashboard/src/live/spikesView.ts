/** The spikes of one test image through the layers, step by step, by the run's newest checkpoint. */
import { element } from '../charts/dom.js';
import { percent } from '../charts/format.js';
import { isDark, onTheme } from '../charts/theme.js';
import { pictureCanvas, pixelCanvas } from './picture.js';
import type { SpikeLayer, SpikesAnswer } from './protocol.js';
import type { LiveSource } from './source.js';
import { spikesOf } from './spikeBits.js';
import { spikeRaster } from './spikeRaster.js';
import type { Run } from './store.js';

export class SpikesView {
  readonly element: HTMLElement;
  readonly #source: LiveSource;
  readonly #image = element('input', { type: 'number', min: 0, value: 0, step: 1 });
  readonly #button = element('button', { type: 'button' }, 'Show its spikes');
  readonly #told = element(
    'p',
    { class: 'note', 'aria-live': 'polite' },
    'Computed when asked for, on one thread, from the newest checkpoint.',
  );
  readonly #drawn = element('div', { class: 'spikes', role: 'group', 'aria-label': 'Spikes by layer and step' });
  #run: Run | undefined;
  #answer: SpikesAnswer | null = null;

  constructor(source: LiveSource) {
    this.#source = source;
    // Its colours are those of the screen, or of paper.
    onTheme(() => {
      if (this.#answer !== null) this.#draw(this.#answer);
    });
    this.#button.addEventListener('click', () => void this.show(Number(this.#image.value)));
    const label = element('label', {}, 'Test image ', this.#image);
    this.element = element('div', {}, element('p', {}, label, ' ', this.#button), this.#told, this.#drawn);
  }

  update(run: Run | undefined): void {
    if (run?.info.id !== this.#run?.info.id) {
      this.#answer = null;
      this.#drawn.replaceChildren();
    }
    this.#run = run;
  }

  async show(image: number): Promise<void> {
    if (this.#run === undefined) return;
    this.#image.value = String(image);
    this.#button.disabled = true;
    this.#told.textContent = 'Computing …';
    try {
      const answer = await this.#source.ask<SpikesAnswer>('spikes', { run: this.#run.info.id, image });
      if (answer !== null) this.#draw(answer);
    } catch (error) {
      this.#told.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      this.#button.disabled = false;
    }
  }

  #draw(drawn: SpikesAnswer): void {
    this.#answer = drawn;
    const { epochs, image, answer, classNames, layers } = drawn;
    const [is, taken] = [image.label, answer].map((label) => classNames[label] ?? String(label));
    const words = is === taken ? `${is}, and taken for it` : `${is}, taken for ${taken}`;
    this.#told.textContent = `Test image ${image.index} is ${words}, after ${epochs} epochs. Each square is a layer at a time step, the first step left: the more of its channels fire at a place, the stronger the colour; below, the share of all that fired.`;
    const picture = card('the image', [element('div', {}, pictureCanvas(image, `Test image ${image.index}`))]);
    this.#drawn.replaceChildren(
      spikeRaster(layers),
      picture,
      ...layers.map((layer) => card(layer.name, squares(layer))),
    );
  }
}

/** A layer with its steps from left to right. */
function card(name: string, steps: readonly HTMLElement[]): HTMLElement {
  return element('figure', {}, element('figcaption', {}, name), element('div', { class: 'steps' }, ...steps));
}

function squares(layer: SpikeLayer): HTMLElement[] {
  const { height, width, channels, steps } = layer;
  const has = spikesOf(layer);
  // Neurons that have no place in an image stand in a square of their own.
  const flat = height * width === 1;
  const side = Math.ceil(Math.sqrt(channels));
  const size: [number, number] = flat ? [side, Math.ceil(channels / side)] : [width, height];
  return Array.from({ length: steps }, (_, step) => {
    let fired = 0;
    const shareAt = (at: number) => {
      if (flat) {
        const bit = at < channels ? has(step, 0, at) : 0;
        fired += bit;
        return bit;
      }
      let count = 0;
      for (let channel = 0; channel < channels; channel++) count += has(step, at, channel);
      fired += count;
      return count / channels;
    };
    const canvas = pixelCanvas(size, (at) => ink(shareAt(at)), '');
    const share = percent(fired / (height * width * channels));
    canvas.setAttribute('aria-label', `${layer.name}, step ${step + 1}: ${share} fired`);
    return element('div', {}, canvas, element('span', {}, share));
  });
}

/** From the paper's colour to blue; few channels are to be seen, too. */
function ink(share: number): [number, number, number] {
  const strength = Math.sqrt(share);
  const [from, to] = isDark()
    ? [
        [32, 35, 39],
        [124, 196, 240],
      ]
    : [
        [241, 241, 238],
        [0, 80, 140],
      ];
  return [0, 1, 2].map((at) => Math.round((from?.[at] ?? 0) + ((to?.[at] ?? 0) - (from?.[at] ?? 0)) * strength)) as [
    number,
    number,
    number,
  ];
}

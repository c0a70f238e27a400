/** A raster of all layers: a column for each time step, a row for each neuron, of which a layer shows some, evenly. */
import { element } from '../charts/dom.js';
import { theme } from '../charts/theme.js';
import type { SpikeLayer } from './protocol.js';
import { spikesOf } from './spikeBits.js';

const NEURONS = 96;
/** Pixels of a spike, and between layers. */
const [WIDE, HIGH, GAP] = [9, 2, 8];
/** Room for the layers' names below, which stand upright. */
const [NAMES, LETTER] = [130, 11];

export function spikeRaster(layers: readonly SpikeLayer[]): HTMLElement {
  const width = layers.reduce((sum, { steps }) => sum + steps * WIDE + GAP, 0);
  const label = `Spike raster of ${layers.length} layers, from the first at the left, a column for each time step`;
  const canvas = element('canvas', { width, height: NEURONS * HIGH + NAMES, role: 'img', 'aria-label': label });
  const drawing = canvas.getContext('2d') as CanvasRenderingContext2D;
  const { ink, zone } = theme();
  let left = 0;
  for (const layer of layers) {
    drawing.fillStyle = zone;
    drawing.fillRect(left, 0, layer.steps * WIDE, NEURONS * HIGH);
    drawing.fillStyle = ink;
    const fired = spikesOf(layer);
    const neurons = layer.height * layer.width * layer.channels;
    const shown = Math.min(NEURONS, neurons);
    for (let step = 0; step < layer.steps; step++) {
      for (let row = 0; row < shown; row++) {
        const neuron = Math.floor((row * neurons) / shown);
        const hit = fired(step, Math.floor(neuron / layer.channels), neuron % layer.channels);
        if (hit === 1) drawing.fillRect(left + step * WIDE, row * HIGH, WIDE - 1, HIGH);
      }
    }
    drawing.save();
    drawing.translate(left + (layer.steps * WIDE + LETTER) / 2 - 1, NEURONS * HIGH + 4);
    drawing.rotate(-Math.PI / 2);
    drawing.font = `${LETTER}px system-ui, sans-serif`;
    drawing.textAlign = 'right';
    drawing.fillText(layer.name, 0, 0, NAMES - 4);
    drawing.restore();
    left += layer.steps * WIDE + GAP;
  }
  const note = `Up to ${NEURONS} neurons of each layer from top to bottom, layers from left to right, a column for each time step.`;
  const box = element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'Spike raster' }, canvas);
  return element('figure', { class: 'raster' }, element('figcaption', {}, note), box);
}

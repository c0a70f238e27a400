/** Shows a network one digit: its spikes, and the answer of each head. */
import { type Engine, inferShapes, type NetworkSpec, type ValueShape } from 'kestirme';
import { headLogits, softmax } from './headAnswers.js';
import type { Answers, Digit } from './protocol.js';
import { LayerSpikes, rasterOf } from './spikes.js';

export async function ask(
  engine: Engine,
  network: NetworkSpec,
  { pixels, label, test }: Digit,
): Promise<Pick<Answers, 'heads' | 'raster'>> {
  const batch = {
    images: pixels,
    labels: Int32Array.of(label ?? 0),
    indices: Uint32Array.of(test ?? 0),
    size: 1,
  };
  // Asked at once, no step of a training comes between them.
  const [{ bits = {} }, state] = await Promise.all([
    engine.evaluateStep(batch, { keepSpikes: true }),
    engine.readState(),
  ]);
  const shapes = inferShapes(network);
  const layers = network.layers.filter(({ type }) => type === 'lif');
  const spikes = new Map(
    layers.map(({ name }) => [name, new LayerSpikes(shapes.get(name) as ValueShape, bits[name] ?? new Uint32Array())]),
  );
  const heads = headLogits(network, state, spikes);
  return {
    heads: heads.map(({ name, logits }) => ({ name, probabilities: softmax(logits) })),
    raster: rasterOf([...spikes.values()]),
  };
}

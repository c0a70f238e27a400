/** Spikes of one test image through the layers, by a run's newest checkpoint, computed when a page asks for them. */
import type { SpikeLayer, SpikesAnswer } from '@kestirme/dashboard';
import { type Batch, createEngine, inferShapes, loadForInference } from 'kestirme';
import { checkConfig } from '../config/configFile.js';
import { Failure } from '../errors.js';
import { CONFIG_FILE } from '../run/fileNames.js';
import type { RunFolder } from '../run/folder.js';
import { type Images, openImages } from '../run/images.js';
import { pictureOf } from '../run/picture.js';
import { requireCheckpoint } from '../run/weights.js';

export class SpikeReader {
  /** Pages wait for one another: each question has an engine with one thread, so that a run next to it keeps its own. */
  #before: Promise<unknown> = Promise.resolve();
  readonly #closing = new AbortController();

  read(folder: RunFolder, image: number): Promise<SpikesAnswer> {
    const answer = this.#before.then(() => this.#read(folder, image));
    this.#before = answer.catch(() => undefined);
    return answer;
  }

  async #read(folder: RunFolder, image: number): Promise<SpikesAnswer> {
    const config = checkConfig((await folder.readConfig()).config, folder.path(CONFIG_FILE));
    const { checkpoint } = await requireCheckpoint(folder, null);
    const images = await openImages(config);
    const { batch, at } = await testImage(images, image, config);
    const engine = await createEngine({ threads: 1, signal: this.#closing.signal });
    try {
      // Alone in its batch: as in any evaluation, normalisations are those of the training's running statistics.
      const one = { ...checkpoint, training: { ...checkpoint.training, batchSize: 1, microBatch: 1 } };
      await loadForInference(engine, one);
      const { logits, bits = {} } = await engine.evaluateStep(onlyImage(batch, at, images), { keepSpikes: true });
      const shapes = inferShapes(checkpoint.network);
      const layers = Object.entries(bits).map(([name, words]): SpikeLayer => {
        const shape = shapes.get(name);
        if (shape === undefined) throw new Error(`the network has no layer ${name}`);
        const { height, width, channels, steps } = shape;
        // Of spikes that are several bits, the first: whether a neuron fired upwards.
        const length = 4 * steps * height * width * Math.ceil(channels / 32);
        const bytes = Buffer.from(words.buffer, words.byteOffset, length);
        return { name, steps, height, width, channels, bits: bytes.toString('base64') };
      });
      const answers = [...logits];
      return {
        epochs: checkpoint.position.epoch,
        image: { index: image, label: batch.labels[at] as number, ...pictureOf(batch, at, images.info) },
        answer: answers.indexOf(Math.max(...answers)),
        classNames: images.info.classNames,
        logits: answers,
        layers,
      };
    } finally {
      await engine.close();
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new Failure('the page is closed'));
    await this.#before;
  }
}

/** The batch that holds test image number `image`, and its place there. */
async function testImage(images: Images, image: number, config: Parameters<Images['batches']>[0]) {
  const { testSize } = images.info;
  if (image >= testSize) throw new Failure(`there is no test image ${image}: there are ${testSize}, counted from 0`);
  const data = images.batches({ ...config, batch: Math.min(config.batch, images.info.trainSize), loaderWorkers: 0 });
  try {
    let first = 0;
    for await (const batch of data.testBatches()) {
      if (image < first + batch.size) return { batch, at: image - first };
      first += batch.size;
    }
    throw new Failure(`there is no test image ${image}`);
  } finally {
    await data.close();
  }
}

function onlyImage({ images: pixels, labels, indices, size }: Batch, at: number, { info }: Images): Batch {
  const length = pixels.length / size;
  if (!Number.isInteger(length))
    throw new Error(`a batch of ${info.name} has ${pixels.length} numbers for ${size} images`);
  const own = pixels.slice(at * length, (at + 1) * length);
  return { images: own, labels: labels.slice(at, at + 1), indices: indices.slice(at, at + 1), size: 1 };
}

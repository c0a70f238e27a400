import { plain, purpose, RandomStream } from 'kestirme';
import { applySteps, type Steps } from '../augment/index.js';
import { isShared } from '../memory.js';
import { pixelsOf, type Sample, type SampleReader } from '../samples/sample.js';
import { openSource, type SampleSource, type SourceOpeners } from '../samples/source.js';
import { type BatchMemory, mixBatch, type Shape } from './batchMemory.js';

/** What a batch is made from. */
export interface Source {
  samples: SampleSource;
  labels: Int32Array;
  /** Of each sample when all steps are done. */
  shape: Shape;
  seed: number;
}

export type Part = 'train' | 'test';
export type Sources = Record<Part, Source>;

/** One batch to be filled. */
export interface FillRequest {
  id: number;
  part: Part;
  positions: Uint32Array;
  epoch: number;
  /** Number of the batch in the epoch. */
  number: number;
  steps: Steps;
  memory: BatchMemory;
}

/** A batch is filled; `copy` is it when the memory of the request is not shared, else null. */
export interface FillReply {
  id: number;
  copy: BatchMemory | null;
}

/** Fills batches from the sources of a data set, which it opens when they are first needed. */
export class BatchFiller {
  readonly #sources: Sources;
  readonly #openers: Partial<SourceOpeners>;
  readonly #readers = new Map<Part, Promise<SampleReader>>();

  constructor(sources: Sources, openers: Partial<SourceOpeners>) {
    this.#sources = sources;
    this.#openers = openers;
  }

  /**
   * Reads the samples at `positions` into `memory`, changed by steps whose numbers depend on seed, epoch and position
   * only, or the batch's number: whoever fills a batch, it is the same.
   */
  async fill({ part, positions, epoch, number, steps, memory }: Omit<FillRequest, 'id'>): Promise<void> {
    const { labels, shape, seed } = this.#sources[part];
    const length = pixelsOf(shape);
    const reader = await this.#reader(part);
    for (let i = 0; i < positions.length; i++) {
      const position = positions[i] as number;
      memory.labels[i] = labels[position] as number;
      memory.indices[i] = position;
      const read = reader.read(position);
      const sample = read instanceof Promise ? await read : read;
      const random = new RandomStream(seed, purpose.augment, epoch, position);
      const changed = applySteps(steps, sample, random);
      requireShape(changed, shape, `${part}[${position}]`);
      memory.images.set(changed.pixels, i * length);
    }
    mixBatch(memory, shape, positions.length, steps, { seed, epoch, batch: number });
  }

  /** What a worker thread does with a request. */
  async answer(request: FillRequest): Promise<FillReply> {
    await this.fill(request);
    return { id: request.id, copy: isShared(request.memory.images) ? null : request.memory };
  }

  #reader(part: Part): Promise<SampleReader> {
    const reader = this.#readers.get(part) ?? openSource(this.#openers, this.#sources[part].samples);
    this.#readers.set(part, reader);
    return reader;
  }

  async close(): Promise<void> {
    const readers = [...this.#readers.values()];
    this.#readers.clear();
    for (const reader of await Promise.allSettled(readers)) {
      if (reader.status === 'fulfilled') reader.value.close?.();
    }
  }
}

function requireShape(sample: Sample, wanted: Shape, where: string): void {
  const floats = plain.isTypedArray(sample.pixels, 'Float32Array');
  const fits = (['frames', 'height', 'width', 'channels'] as const).every((size) => sample[size] === wanted[size]);
  if (fits && floats === wanted.floats) return;
  throw new RangeError(
    `sample ${where} has ${inWords({ ...sample, floats })}, and the data set's info says ${inWords(wanted)}: ` +
      'the steps that prepare or augment it have to bring it to that',
  );
}

const inWords = ({ frames, height, width, channels, floats }: Shape) =>
  `${floats ? 'floats' : 'bytes'} [${frames}, ${height}, ${width}, ${channels}]`;

/**
 * The memory plan: every buffer of a step is declared once, with the time it is alive, before anything is reserved.
 * Buffers whose times do not meet share addresses. Times count moments: forward upwards, then backward.
 */

export type Mode = 'training' | 'evaluation';

/**
 * A layer's forward pass is one moment. Its backward pass has eight: its own gradient, then three for each of at most two
 * terms (the output's gradient, the input's, the weights'), then what an identity residual adds.
 */
export const backwardMoments = 8;
export const termMoments = 3;

/** First and last moment at which somebody touches the buffer; null: not used in that mode. */
export type Span = readonly [first: number, last: number] | null;

/** The last moment at which somebody reads what a forward pass wrote. */
export type LastUse = Readonly<Record<Mode, number>>;

export class Buffer {
  readonly name: string;
  readonly bytes: number;
  readonly spans: Record<Mode, Span>;
  readonly offsets: Record<Mode, number> = { training: -1, evaluation: -1 };

  constructor(name: string, bytes: number, training: Span, evaluation: Span) {
    this.name = name;
    this.bytes = roundUp(bytes);
    this.spans = { training, evaluation };
  }

  /** Makes the buffer live until `last` in training. */
  extend(last: number): void {
    const span = this.spans.training;
    if (span !== null && last > span[1]) this.spans.training = [span[0], last];
  }
}

/** Cache lines, and the alignment that the arena has. */
const alignment = 64;

export function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

export class Planner {
  /** The plan of a network that is never trained: without the buffers of training, its channel tables made once. */
  readonly inference: boolean;
  readonly #buffers: Buffer[] = [];
  /** Buffers that are alive all the time, in order of declaration. */
  readonly fixed: Buffer[] = [];
  #fixedBytes = 0;

  constructor({ inference = false } = {}) {
    this.inference = inference;
  }

  /** A buffer that keeps its place and content for the whole run. */
  permanent(name: string, bytes: number): Buffer {
    const buffer = new Buffer(name, bytes, null, null);
    buffer.offsets.training = this.#fixedBytes;
    buffer.offsets.evaluation = this.#fixedBytes;
    this.#fixedBytes += buffer.bytes;
    this.fixed.push(buffer);
    return buffer;
  }

  /** As `permanent`, of training alone: elsewhere it has no place. */
  permanentInTraining(name: string, bytes: number): Buffer {
    return this.inference ? new Buffer(name, bytes, null, null) : this.permanent(name, bytes);
  }

  /** A channel table: made in every pass, or once for all. */
  table(name: string, bytes: number, training: Span, evaluation: Span): Buffer {
    return this.inference ? this.permanent(name, bytes) : this.buffer(name, bytes, training, evaluation);
  }

  buffer(name: string, bytes: number, training: Span, evaluation: Span): Buffer {
    const buffer = new Buffer(name, bytes, training, evaluation);
    this.#buffers.push(buffer);
    return buffer;
  }

  /** The mode whose offsets hold between steps, too. */
  get mode(): Mode {
    return this.inference ? 'evaluation' : 'training';
  }

  /** A buffer whose content lasts for less than the time between two steps; at its offset of `mode` whenever that is. */
  betweenSteps(name: string, bytes: number): Buffer {
    const span = [-1, -1] as const;
    return this.inference ? this.buffer(name, bytes, null, span) : this.buffer(name, bytes, span, null);
  }

  /**
   * Gives every buffer its offset in the modes that there will be, after the permanent ones; returns the bytes that each
   * mode needs in all.
   */
  place(): Record<Mode, number> {
    const training = this.inference ? 0 : this.#placeMode('training');
    return { training, evaluation: this.#placeMode('evaluation') };
  }

  /** Largest first, each at the lowest offset that is free for its whole life. */
  #placeMode(mode: Mode): number {
    const used = this.#buffers.filter((buffer) => buffer.spans[mode] !== null);
    /** By offset. */
    const placed: Place[] = [];
    let total = this.#fixedBytes;
    for (const buffer of used.toSorted((a, b) => b.bytes - a.bytes)) {
      const [first, last] = buffer.spans[mode] as readonly [number, number];
      let offset = this.#fixedBytes;
      for (const other of placed) {
        if (offset + buffer.bytes <= other.offset) break;
        if (first <= other.last && other.first <= last) offset = Math.max(offset, other.end);
      }
      buffer.offsets[mode] = offset;
      const end = offset + buffer.bytes;
      // A buffer without bytes is in nobody's way.
      if (buffer.bytes > 0) insert(placed, { first, last, offset, end });
      total = Math.max(total, end);
    }
    return total;
  }
}

/** A buffer with its place. */
interface Place {
  first: number;
  last: number;
  offset: number;
  end: number;
}

function insert(placed: Place[], place: Place): void {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle] as Place).offset <= place.offset) low = middle + 1;
    else high = middle;
  }
  placed.splice(low, 0, place);
}

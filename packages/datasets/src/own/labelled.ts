/** Samples as a program of one's own gives them, each with its answer. */
import { type Pixels, plain } from 'kestirme';
import type { Events } from '../events/events.js';
import { pixelsOf, type Sample } from '../samples/sample.js';
import { type EventFrames, framesOfEvents } from './eventFrames.js';

/** Whether a network sees T frames of the sample; else an image. */
export const isOfFrames = ({ image }: LabelledSample): boolean => image === undefined;

interface Sizes {
  height: number;
  width: number;
  /** Default: what the number of pixels says. */
  channels?: number;
}

/** Bytes 0-255, [height, width, channels], or [height, width] of grey. What a canvas gives (`ImageData`) loses its alpha. */
export interface ImagePixels extends Sizes {
  pixels: Uint8Array;
}

/** Bytes, or floats that are taken as they are, [frames, height, width, channels]. */
export interface FramePixels extends Sizes {
  pixels: Pixels;
  frames: number;
}

/** What a canvas's context gives. */
interface CanvasImage {
  data: Uint8ClampedArray;
  height: number;
  width: number;
}

/** An image, frames, or events that become frames, and the class: its number, or its name. */
export type LabelledSample = { label: number | string } & (
  | { image: ImagePixels | CanvasImage; frames?: undefined; events?: undefined }
  | { frames: FramePixels; image?: undefined; events?: undefined }
  | { events: Events; image?: undefined; frames?: undefined }
);

export type Samples = Iterable<LabelledSample> | AsyncIterable<LabelledSample>;

/** `toFrames`: how events become frames. @throws TypeError or RangeError naming `where` and what is wrong */
export async function sampleOf(labelled: LabelledSample, where: string, toFrames?: EventFrames): Promise<Sample> {
  const { image, frames, events } = labelled ?? {};
  if (events !== undefined) return framesOfEvents(events, toFrames, `${where}.events`);
  if (image !== undefined) return 'data' in image ? withoutAlpha(image) : wholeSample(image, 1, `${where}.image`, true);
  if (frames !== undefined) return wholeSample(frames, frames.frames, `${where}.frames`, false);
  throw new TypeError(`${where} must have an image, frames or events, and a label, got ${plain.kindOf(labelled)}`);
}

/** The class's number. @throws RangeError naming `where` */
export function labelOf(
  { label }: Pick<LabelledSample, 'label'>,
  classNames: readonly string[],
  where: string,
): number {
  const number = typeof label === 'string' ? classNames.indexOf(label) : label;
  if (Number.isInteger(number) && number >= 0 && number < classNames.length) return number;
  const known =
    typeof label === 'string' ? `one of ${classNames.slice(0, 10).join(', ')}` : `from 0 to ${classNames.length - 1}`;
  throw new RangeError(`${where}.label must be ${known}, got ${plain.excerptOf(label)}`);
}

function wholeSample(given: ImagePixels | FramePixels, frames: number, where: string, bytes: boolean): Sample {
  const { pixels, height, width } = given;
  if (!plain.isTypedArray(pixels, 'Uint8Array') && (bytes || !plain.isTypedArray(pixels, 'Float32Array'))) {
    const wanted = bytes ? 'a Uint8Array, bytes from 0 to 255' : 'a Uint8Array or a Float32Array';
    throw new TypeError(`${where}.pixels must be ${wanted}, got ${plain.kindOf(pixels)}`);
  }
  for (const [name, size] of Object.entries({ frames, height, width })) {
    if (!Number.isInteger(size) || size < 1) {
      throw new RangeError(`${where}.${name} must be a whole number from 1 up, got ${plain.excerptOf(size)}`);
    }
  }
  const channels = given.channels ?? pixels.length / (frames * height * width);
  const shape = { frames, height, width, channels };
  if (!Number.isInteger(channels) || channels < 1 || pixelsOf(shape) !== pixels.length) {
    const sizes = `${frames} x ${height} x ${width}${given.channels === undefined ? '' : ` x ${channels}`}`;
    throw new RangeError(`${where}.pixels must be [${sizes}] numbers, got ${pixels.length}`);
  }
  const odd = bytes ? -1 : (pixels as Float32Array).findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw new RangeError(`${where}.pixels[${odd}] must be a finite number, got ${pixels[odd]}`);
  return { ...shape, pixels };
}

function withoutAlpha({ data, height, width }: CanvasImage): Sample {
  const pixels = new Uint8Array(height * width * 3);
  for (let i = 0; i < height * width; i++) pixels.set(data.subarray(4 * i, 4 * i + 3), 3 * i);
  return { pixels, frames: 1, height, width, channels: 3 };
}

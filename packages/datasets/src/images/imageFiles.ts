/** Samples that are image files: read, decoded and resized in the loader's threads, never more than one at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheSettings } from '../cache/room.js';
import { DatasetError, fileProblem, withWayOut } from '../error.js';
import type { Sample, SampleReader } from '../samples/sample.js';
import { shorterSideTo } from './crop.js';
import { decodeInto } from './decode/decode.js';
import type { Filter } from './filters.js';
import { ImageCache } from './imageCache.js';
import { type Names, nameAt } from './names.js';
import { sharedMemory } from './pixelMemory.js';
import { resize } from './resize.js';

export interface ImageFilesSource {
  kind: 'image-files';
  folder: string;
  /** Of the files, below the folder. */
  names: Names;
  /** To what the shorter side is resized, in pixels; 0: images stay as they are. */
  shorter: number;
  filter: Filter;
  /** Where what was decoded and resized is kept; null: nowhere. */
  cache: CacheSettings | null;
}

/** Reads for training. @throws DatasetError for what cannot be read, which says how to go on without it */
export function openImageFiles(source: ImageFilesSource): SampleReader {
  const read = imageReader(source);
  return {
    read(position) {
      try {
        return read(position);
      } catch (error) {
        throw error instanceof DatasetError ? withWayOut(error) : error;
      }
    },
  };
}

/** What gives the image at a position, as the source says, until it is asked for the next. */
export function imageReader({ folder, names, shorter, filter, cache: kept }: ImageFilesSource) {
  const cache = kept === null ? null : new ImageCache(kept, shorter === 0 ? 'whole' : `${shorter}-${filter}`);
  const memory = sharedMemory();
  const make = (bytes: Uint8Array, file: string): Sample => {
    const image = decodeInto(memory, bytes, file);
    if (shorter === 0) return image;
    const [height, width] = shorterSideTo(shorter, image);
    return resize(image, { height, width, filter });
  };
  return (position: number): Sample => {
    const file = join(folder, nameAt(names, position));
    const bytes = readImageFile(file);
    return cache === null ? make(bytes, file) : cache.get(bytes, () => make(bytes, file), memory);
  };
}

function readImageFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fileProblem(error, file, 'an image');
  }
}

/** The built-in data set in a page, which fetches its files from beside the bundled code. */
import { folderUrl, ownFiles } from 'kestirme';
import { type Contents, parseIdxImages, parseIdxLabels } from '../formats/idxContents.js';
import type { Records } from '../formats/records.js';
import { builtinFile } from '../ownFiles.js';
import { assemble } from './assemble.js';
import { catalog } from './catalog.js';
import type { NamedDataset, Split } from './dataset.js';
import { digitSide, paddedDigits } from './digits.js';
import type { OpenOptions } from './kind.js';
import { withHeldOut } from './validation.js';

interface BuiltinFile {
  name: string;
  /** In the words that bundlers follow. */
  beside(): URL;
}

const files: Record<'train' | 'test', Record<'images' | 'labels', BuiltinFile>> = {
  train: {
    images: {
      name: 'train-images-idx3-ubyte.gz',
      beside: () => new URL('../../data/train-images-idx3-ubyte.gz', import.meta.url),
    },
    labels: {
      name: 'train-labels-idx1-ubyte.gz',
      beside: () => new URL('../../data/train-labels-idx1-ubyte.gz', import.meta.url),
    },
  },
  test: {
    images: {
      name: 't10k-images-idx3-ubyte.gz',
      beside: () => new URL('../../data/t10k-images-idx3-ubyte.gz', import.meta.url),
    },
    labels: {
      name: 't10k-labels-idx1-ubyte.gz',
      beside: () => new URL('../../data/t10k-labels-idx1-ubyte.gz', import.meta.url),
    },
  },
};

/**
 * Opens 'builtin', the only data set that a page can; it has no folders to read from. For other images, give
 * `createLoader` a `Dataset` made of your own arrays.
 */
export async function openDataset(source: string, options: OpenOptions = {}): Promise<NamedDataset> {
  ownFiles.requirePage();
  if (source !== 'builtin') {
    throw new RangeError(`a page opens 'builtin' only, got '${source}'; for other images, make a Dataset of arrays`);
  }
  const folder = folderUrl('dataUrl', options.dataUrl);
  const read = async (part: 'train' | 'test') => {
    const images = parseIdxImages(await fetchContents(files[part].images, folder), digitSide, digitSide);
    return paddedDigits(images, parseIdxLabels(await fetchContents(files[part].labels, folder), images.count, 10));
  };
  const open = async (part: 'train' | 'test') => splitRecords(await read(part));
  return withHeldOut(options.validation, (validation) => assemble(catalog.builtin, open, { ...options, validation }));
}

function splitRecords({ images, labels, size }: Split): Records {
  const imageBytes = images.length / size;
  return {
    size,
    labels: async (from, to) => labels.subarray(from, to),
    async read(wanted) {
      for (const { position, into, at } of wanted) {
        into.labels[at] = labels[position] as number;
        into.images.set(images.subarray(position * imageBytes, (position + 1) * imageBytes), at * imageBytes);
      }
      return [];
    },
    close: async () => {},
  };
}

async function fetchContents({ name, beside }: BuiltinFile, folder: string | undefined): Promise<Contents> {
  const bytes = await ownFiles.fetchFile({ ...builtinFile(folder, name), beside });
  // Some servers say that a .gz file is encoded, and then it comes unpacked.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { file: name, bytes, unpacked: false };
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return { file: name, bytes: new Uint8Array(await new Response(unpacked).arrayBuffer()), unpacked: true };
}

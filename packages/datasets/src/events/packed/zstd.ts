/**
 * Unpacks Zstandard frames with zstddec, the official library as WebAssembly, after a look at their outlines: what a frame
 * says of its size would be taken from memory at once. (fzstd, in JavaScript, follows matches beyond the end of what it
 * unpacks: some hundred bytes keep it busy for a second.) Source of the outlines: RFC 8878, sections 3.1.1.1 and 3.1.1.2.
 */
import { ownFiles } from 'kestirme';
import { Damaged } from './damaged.js';

const magic = 0xfd2fb528;
/** No block unpacks to more. */
const largestBlock = 128 * 1024;
const bytesOfFlag = [0, 1, 2, 4];

/** The means to unpack frames: gives the contents of one that says how large they are, or throws Damaged. */
export async function zstdUnpacker(): Promise<(packed: Uint8Array, most: number) => Uint8Array> {
  // Only whoever has such a file needs it.
  const { ZSTDDecoder } = await import('zstddec');
  const decoder = new ZSTDDecoder();
  await withoutFetch(() => decoder.init());
  return (packed, most) => {
    const size = checkedSize(packed, most);
    if (size === 0) return new Uint8Array(0);
    // What is no sound frame becomes something of another length.
    const unpacked = decoder.decode(packed, size);
    if (unpacked.length !== size) throw new Damaged(`a sound Zstandard frame of ${size} bytes`, 'a damaged one');
    return unpacked;
  };
}

/**
 * Calls `load`, which begins with a fetch of a file out of its own address: that is read without one, as a page's policy may
 * forbid it.
 */
function withoutFetch<T>(load: () => T): T {
  const { fetch } = globalThis;
  const read = async (address: unknown) => {
    const bytes = ownFiles.bytesInAddress(String(address));
    return bytes === null ? fetch(String(address)) : new Response(bytes);
  };
  Reflect.set(globalThis, 'fetch', read);
  try {
    return load();
  } finally {
    Reflect.set(globalThis, 'fetch', fetch);
  }
}

/** How much a frame unpacks to: as it says, and no more than its blocks can hold. */
function checkedSize(packed: Uint8Array, most: number): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  if (packed.length < 6 || view.getUint32(0, true) !== magic) throw new Damaged('a Zstandard frame', 'none');
  const flags = packed[4] as number;
  const single = (flags >> 5) & 1;
  const sizeBytes = flags >> 6 === 0 ? single : 1 << (flags >> 6);
  if (sizeBytes === 0) throw new Damaged('a Zstandard frame that says its size', 'one that does not');
  const sizeAt = 5 + (1 - single) + (bytesOfFlag[flags & 3] as number);
  const blocksAt = sizeAt + sizeBytes;
  if (blocksAt > packed.length) throw new Damaged('the header of a Zstandard frame', 'the end of the packet');
  const size =
    sizeBytes === 1
      ? view.getUint8(sizeAt)
      : sizeBytes === 2
        ? view.getUint16(sizeAt, true) + 256
        : sizeBytes === 4
          ? view.getUint32(sizeAt, true)
          : Number(view.getBigUint64(sizeAt, true));
  const { blocks, end } = walk(packed, blocksAt);
  if (end + (flags & 4 ? 4 : 0) !== packed.length) {
    throw new Damaged(`one Zstandard frame of ${packed.length} bytes`, `one of ${end}`);
  }
  if (size > Math.min(most, blocks * largestBlock)) {
    throw new Damaged(`at most ${most} unpacked bytes in ${blocks} blocks`, `${size}`);
  }
  return size;
}

/** Over the headers of a frame's blocks. */
function walk(packed: Uint8Array, from: number): { blocks: number; end: number } {
  let at = from;
  for (let blocks = 1; ; blocks++) {
    if (at + 3 > packed.length) throw new Damaged('the header of a Zstandard block', 'the end of the packet');
    const word = (packed[at] as number) | ((packed[at + 1] as number) << 8) | ((packed[at + 2] as number) << 16);
    const repeated = ((word >> 1) & 3) === 1;
    at += 3 + (repeated ? 1 : word >> 3);
    if (at > packed.length) throw new Damaged('a whole Zstandard block', 'the end of the packet');
    if ((word & 1) === 1) return { blocks, end: at };
  }
}

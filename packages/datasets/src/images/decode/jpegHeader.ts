import { DatasetError } from '../../error.js';

export interface JpegHeader {
  height: number;
  width: number;
  components: number;
  /** Where the sizes are. */
  offset: number;
}

const marker = { startOfImage: 0xd8, endOfImage: 0xd9, startOfScan: 0xda };

/** The codes of a frame's start: 0xc0 to 0xcf but those of tables. */
const isFrame = (code: number) => code >= 0xc0 && code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(code);
/** Without a length: the restarts, and 0x01. */
const standsAlone = (code: number) => (code >= 0xd0 && code <= 0xd8) || code === 0x01;

/** Sizes of the first frame. @throws DatasetError when there is none. */
export function readJpegHeader(bytes: Uint8Array, file: string): JpegHeader {
  for (let at = 2; ; ) {
    const found = nextMarker(bytes, at, file);
    const { code, offset, body, length } = found;
    if (isFrame(code)) {
      if (length < 8)
        throw new DatasetError({ file, offset }, 'the sizes of a JPEG image', `a segment of ${length} bytes`);
      const u16 = (i: number) => ((bytes[i] as number) << 8) | (bytes[i + 1] as number);
      const depth = bytes[body + 2] as number;
      if (depth !== 8) throw new DatasetError({ file, offset }, 'a JPEG image of 8 bits', `one of ${depth}`);
      return { height: u16(body + 3), width: u16(body + 5), components: bytes[body + 7] as number, offset };
    }
    if (code === marker.startOfScan || code === marker.endOfImage) {
      throw new DatasetError({ file, offset }, 'the sizes of a JPEG image', 'none before its pixels');
    }
    at = body + length;
  }
}

/** @throws DatasetError where the file ends before the image does: a decoder would fill up with grey. */
export function requireEnd(bytes: Uint8Array, file: string): void {
  for (let at = 2; ; ) {
    const { code, body, length } = nextMarker(bytes, at, file);
    if (code === marker.endOfImage) return;
    at = body + length;
  }
}

/** The first marker from `at` on; pixels and stray bytes before it are passed over. `length`: of the segment from `body` on. */
function nextMarker(bytes: Uint8Array, at: number, file: string) {
  for (let offset = at; ; offset++) {
    offset = bytes.indexOf(0xff, offset);
    const code = bytes[offset + 1];
    if (offset < 0 || code === undefined) break;
    // 0: a byte of pixels; 0xff: filling.
    if (code === 0 || code === 0xff) continue;
    const body = offset + 2;
    if (code === marker.endOfImage || standsAlone(code)) return { code, offset, body, length: 0 };
    if (body + 2 > bytes.length) break;
    const length = ((bytes[body] as number) << 8) | (bytes[body + 1] as number);
    if (length < 2) throw new DatasetError({ file, offset }, 'a JPEG segment of 2 bytes or more', `one of ${length}`);
    if (body + length > bytes.length) break;
    return { code, offset, body, length };
  }
  throw new DatasetError({ file, offset: bytes.length }, 'the end of a JPEG image', 'the end of the file before it');
}

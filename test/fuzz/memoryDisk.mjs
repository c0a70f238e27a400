// In place of node:fs, node:fs/promises and node:zlib in what is fuzzed: a disk of a few files that lie in memory, so that
// a million runs take minutes. Only what the downloader uses, with the errors that the system would give.
import { Readable, Writable } from 'node:stream';
import * as zlib from 'node:zlib';

/** By path. */
export const files = new Map();
/** Paths that were written to, or removed, since somebody last looked. */
export const touched = new Set();

function systemError(code, syscall, path) {
  return Object.assign(new Error(`${code}: ${syscall} '${path}'`), { code, syscall, path });
}

function contentOf(path, syscall) {
  const content = files.get(path);
  if (content === undefined) throw systemError('ENOENT', syscall, path);
  return content;
}

function put(path, content) {
  touched.add(path);
  files.set(path, content);
}

export async function stat(path) {
  const { length } = contentOf(path, 'stat');
  return { size: length, isFile: () => true };
}

export async function readFile(path, encoding) {
  const content = contentOf(path, 'open');
  return encoding === undefined ? content : content.toString(encoding);
}

export async function writeFile(path, content) {
  put(path, Buffer.from(content));
}

export async function rename(from, to) {
  put(to, contentOf(from, 'rename'));
  files.delete(from);
}

export async function rm(path, { force = false } = {}) {
  if (!force) contentOf(path, 'rm');
  touched.add(path);
  files.delete(path);
}

export async function mkdir() {}

export async function open(path, flags) {
  if (flags === 'w') put(path, Buffer.alloc(0));
  contentOf(path, 'open');
  return {
    async read(buffer, offset, length, position) {
      const bytesRead = files.get(path).copy(buffer, offset, position, position + length);
      return { buffer, bytesRead };
    },
    async write(bytes, from, length, at) {
      const old = files.get(path);
      const grown = Buffer.alloc(Math.max(old.length, at + length));
      grown.set(old);
      grown.set(bytes.subarray(from, from + length), at);
      put(path, grown);
    },
    async truncate(size) {
      put(path, Buffer.from(files.get(path).subarray(0, size)));
    },
    async sync() {},
    async close() {},
  };
}

export function createReadStream(path) {
  return new Readable({
    read() {
      try {
        this.push(contentOf(path, 'open'));
        this.push(null);
      } catch (error) {
        this.destroy(error);
      }
    },
  });
}

export function createWriteStream(path) {
  put(path, Buffer.alloc(0));
  return new Writable({
    write(chunk, _encoding, done) {
      put(path, Buffer.concat([files.get(path), chunk]));
      done();
    },
  });
}

/** As an async generator, which a pipeline takes as well: what is not gzip passes as it is, unpacked already. */
export function createGunzip() {
  return async function* unpack(source) {
    for await (const bytes of source) {
      if (bytes[0] === 0x1f && bytes[1] === 0x8b) yield* Readable.from([bytes]).pipe(zlib.createGunzip());
      else yield bytes;
    }
  };
}

// A server's answers, and what an earlier try left on the disk. The input is a script: see `Script`.
import { createHash } from 'node:crypto';
import { must, readOrRefuseLater } from '../expectations.mjs';
import { files } from '../memoryDisk.mjs';

export const instruments = ['datasets/download/fetchFile.js'];
const memoryDisk = new URL('../memoryDisk.mjs', import.meta.url).href;
const noPause = new URL('../noPause.mjs', import.meta.url).href;
export const replaced = { 'node:fs': memoryDisk, 'node:fs/promises': memoryDisk, 'node:timers/promises': noPause };

const content = Buffer.from(Array.from({ length: 64 }, (_, i) => (i * i) % 251));
const wanted = { bytes: content.length, md5: createHash('md5').update(content).digest('hex') };
const url = 'http://mirror.invalid/data.bin';
const tries = 2;
/** More pieces than any honest body of this length has: whoever reads on never ends. */
const mostPieces = 1000;

const statuses = [200, 206, 200, 206, 416, 404, 503, 204, 202, 301];
const lengths = [undefined, 64, 'rest', 0, 63, 65, -1, 1e15, 'x', '64, 64', '1e400', '0x40'];
const ranges = [
  undefined,
  'right',
  'bytes 0-63/64',
  'bytes 7-63/64',
  'bytes */64',
  'bytes 32-',
  'items 1-2/3',
  '',
  '\u0080',
];
const encodings = [undefined, undefined, undefined, 'identity', 'gzip', 'br', '\u009b2J', 'x'.repeat(9000)];
const tags = ['"one"', undefined, 'W/"one"', '"two"', '"', '\u00ff', `"${'x'.repeat(9000)}"`];
const dates = [undefined, 'Wed, 21 Oct 2015 07:28:00 GMT', 'never', '\u0080'];

/** What was broken where the downloader takes any error for the network's. */
let broken;

/** One byte decides each thing in turn; after the last one everything is the usual. */
class Script {
  #bytes;
  #at = 0;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  next() {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++] : 0;
  }
  pick(list) {
    return list[this.next() % list.length];
  }
}

export async function target() {
  const { DownloadError, fetchFile } = await import('../../../packages/datasets/dist/download/fetchFile.js');
  const file = '/disk/data.bin';
  const part = `${file}.part`;
  const options = { tries, pauseMilliseconds: 0 };

  function prepare(script) {
    const have = script.pick([0, 32, 1, 63, 64, 100]);
    files.clear();
    if (have === 0) return;
    const right = script.next() % 2 === 0;
    files.set(part, right ? Buffer.concat([content, content]).subarray(0, have) : Buffer.alloc(have, 7));
    const note = script.pick(['"one"', undefined, '', 'a\r\nb', '\u4e2d', '"two"', 'x'.repeat(3000)]);
    if (note !== undefined) files.set(`${part}.source`, Buffer.from(note));
  }

  return {
    mostBytes: 256,
    async run(bytes) {
      const script = new Script(bytes);
      prepare(script);
      let requests = 0;
      broken = undefined;
      globalThis.fetch = async (asked, { headers }) => {
        if (asked !== url || headers['accept-encoding'] !== 'identity') broken = 'the request that was meant';
        requests++;
        return answer(script, headers);
      };
      const done = await readOrRefuseLater(
        async () => (await fetchFile(url, file, wanted, options)) ?? true,
        [DownloadError],
        file,
      );
      must(requests <= tries, `at most ${tries} requests, made ${requests}`);
      must(broken === undefined, broken);
      must(files.has(file) === (done === true), 'a file exactly when it was fetched');
      if (done) must(files.get(file).equals(content), 'the right contents');
      // Whatever was left behind, an honest server helps.
      else if (script.next() % 4 === 0) {
        globalThis.fetch = async (_, { headers }) => honest(headers);
        await fetchFile(url, file, wanted, options);
        must(files.get(file).equals(content), 'the right contents at last');
      }
      for (const path of files.keys()) {
        must([file, part, `${part}.source`].includes(path), `no file ${path}`);
      }
    },
  };
}

function startOf(headers) {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
}

function answer(script, headers) {
  if (script.next() % 8 === 7)
    throw new TypeError('fetch failed', { cause: new Error(script.pick(['ECONNRESET', '\u001b[2J'])) });
  const status = script.pick(statuses);
  const start = startOf(headers);
  const fields = {
    'content-length': script.pick(lengths),
    'content-range': script.pick(ranges),
    'content-encoding': script.pick(encodings),
    etag: script.pick(tags),
    'last-modified': script.pick(dates),
  };
  if (fields['content-length'] === 'rest') fields['content-length'] = content.length - start;
  if (fields['content-range'] === 'right') fields['content-range'] = `bytes ${start}-63/64`;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const answered = new Headers(given.map(([name, value]) => [name, String(value)]));
  return { status, headers: answered, body: body(script, status === 206 ? start : 0) };
}

function body(script, start) {
  const kind = script.pick(['right', 'right', 'short', 'long', 'endless', 'wrong', 'reset', 'none', 'empty pieces']);
  const size = 1 + script.next();
  if (kind === 'none') return null;
  async function* pieces() {
    const rest = content.subarray(start);
    if (kind === 'empty pieces') yield Buffer.alloc(0);
    const end = kind === 'short' || kind === 'reset' ? size % 64 : rest.length;
    for (let at = 0; at < end; at += size) {
      const piece = rest.subarray(at, Math.min(end, at + size));
      yield kind === 'wrong' ? Buffer.alloc(piece.length, 9) : piece;
    }
    if (kind === 'reset') throw new TypeError('terminated', { cause: new Error('other side closed') });
    if (kind === 'long') yield Buffer.alloc(size, 1);
    for (let i = 0; kind === 'endless'; i++) {
      if (i === mostPieces) {
        broken = 'a body without end is given up';
        return;
      }
      yield Buffer.alloc(size, 1);
    }
  }
  return { [Symbol.asyncIterator]: pieces, cancel: async () => {} };
}

function honest(headers) {
  const start = headers['if-range'] === '"one"' ? startOf(headers) : 0;
  const fields = { etag: '"one"', 'content-length': String(content.length - start) };
  if (start > 0) fields['content-range'] = `bytes ${start}-63/64`;
  async function* pieces() {
    yield content.subarray(start);
  }
  const body = { [Symbol.asyncIterator]: pieces, cancel: async () => {} };
  return { status: start > 0 ? 206 : 200, headers: new Headers(fields), body };
}

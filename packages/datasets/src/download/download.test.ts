import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DownloadOptions, download } from './download.js';
import type { RemoteSet } from './registry.js';

const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

const remote = (name: string, body: Buffer) => ({
  name,
  url: `${base}/${name}`,
  bytes: body.length,
  md5: md5(body),
  archive: false,
});

let dir: string;
let base: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'kestirme-download-'));
  requests = [];
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  rmSync(dir, { recursive: true });
});

/** Serves `body` with ranges, as good servers do. */
const serve =
  (body: Buffer, tag = '"one"') =>
  (request: IncomingMessage, response: ServerResponse) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const start = range !== null && request.headers['if-range'] === tag ? Number(range[1]) : 0;
    const headers = { etag: tag, 'content-length': body.length - start };
    const part = { ...headers, 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start > 0 ? 206 : 200, start > 0 ? part : headers).end(body.subarray(start));
  };

/** Ends the connection after `bytes` of the body. */
const breakOff = (bytes: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { etag: '"one"', 'content-length': content.length });
  response.write(content.subarray(0, bytes), () => setTimeout(() => response.destroy(), 200));
};

function get(set: Partial<RemoteSet> = {}, options: Partial<DownloadOptions> = {}) {
  const files = [remote('data.bin', content)];
  const sets = { tiny: { files, contents: [], ...set } };
  return download('tiny', { dir, sets, pauseMilliseconds: 1, tries: 3, ...options });
}

const file = (name = 'data.bin') => join(dir, name);

test('fetches, reports progress, and does not fetch again', async () => {
  answer = serve(content);
  const seen: number[] = [];
  await get({}, { onProgress: ({ received, total }) => seen.push(received, total) });
  expect(readFileSync(file())).toEqual(content);
  expect(seen.slice(-2)).toEqual([content.length, content.length]);
  await get();
  expect(requests).toHaveLength(1);
  expect(existsSync(`${file()}.part`)).toBe(false);
});

test('goes on where it broke off', async () => {
  answer = (request, response) => (requests.length === 1 ? breakOff(60_000) : serve(content))(request, response);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  // No third: the first piece was kept, not spoilt and fetched again.
  expect(requests).toHaveLength(2);
});

test('starts again when the file has changed meanwhile', async () => {
  const old = Buffer.alloc(content.length, 7);
  writeFileSync(`${file()}.part`, old.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"zero"');
  answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers['if-range'])).toEqual(['"zero"']);
});

test('a server that knows no ranges sends all of it', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"one"');
  answer = (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers.range)).toEqual(['bytes=500-']);
});

test('empty and short bodies are errors, and nothing is left that looks whole', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-length': 0 }).end();
  await expect(get()).rejects.toThrow('sends an empty body (HTTP 200)');
  expect(requests).toHaveLength(3);
  answer = (_, response) => response.writeHead(202).end();
  await expect(get()).rejects.toThrow('answers HTTP 202; expected 200');
  answer = breakOff(60_000);
  await expect(get({}, { tries: 1 })).rejects.toThrow(/cannot be reached|sends \d+ of 100000 bytes/);
  expect(existsSync(file())).toBe(false);
});

test('a wrong checksum names both', async () => {
  const other = Buffer.alloc(content.length, 1);
  answer = serve(other);
  await expect(get()).rejects.toThrow(`gives MD5 ${md5(other)}, expected 100000 bytes with MD5 ${md5(content)}`);
  expect(requests).toHaveLength(1);
  expect(existsSync(file())).toBe(false);
  expect(existsSync(`${file()}.part`)).toBe(false);
});

test('another size is refused before it is read, or where it gets too long', async () => {
  answer = serve(Buffer.from('<html>sign in first</html>'));
  await expect(get()).rejects.toThrow('offers 26 bytes, expected 100000');
  // Without a length, and without an end.
  answer = (_, response) => {
    response.writeHead(200);
    const more = () => response.write(content, (error) => error ?? setImmediate(more));
    more();
  };
  await expect(get()).rejects.toThrow('gives more than 100000 bytes');
  answer = (_, response) => response.writeHead(200).end(content.subarray(0, 70));
  await expect(get({}, { tries: 1 })).rejects.toThrow('sends 70 of 100000 bytes');
});

test('a server that unpacks on the way is refused', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(content));
  await expect(get()).rejects.toThrow('content-encoding gzip');
  expect(requests[0]?.headers['accept-encoding']).toBe('identity');
});

test('refuses an answer from another place of the file, then starts again', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, '"one"');
  const elsewhere = { 'content-range': 'bytes 0-99499/100000', 'content-length': 99_500 };
  answer = (_, response) => response.writeHead(206, elsewhere).end(content.subarray(0, 99_500));
  await expect(get({}, { tries: 1 })).rejects.toThrow("'bytes 0-99499/100000', expected bytes from 500 on");
  answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toBeUndefined();
});

test('a file that cannot be written is not the server to blame', async () => {
  answer = serve(content);
  mkdirSync(`${file()}.part`);
  await expect(get()).rejects.toThrow(/data\.bin cannot be written: .*EISDIR/);
  expect(requests).toHaveLength(1);
});

test('404 is not tried again', async () => {
  answer = (_, response) => response.writeHead(404).end('no');
  await expect(get()).rejects.toThrow('answers HTTP 404');
  expect(requests).toHaveLength(1);
});

test('stops on a signal', async () => {
  const controller = new AbortController();
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => controller.abort(new Error('enough')));
  };
  await expect(get({}, { signal: controller.signal })).rejects.toThrow('enough');
  expect(existsSync(file())).toBe(false);
});

test('goes on after a stop', async () => {
  const controller = new AbortController();
  answer = breakOff(60_000);
  const stop = ({ received }: { received: number }) => received >= 30_000 && controller.abort(new Error('enough'));
  await expect(get({}, { signal: controller.signal, onProgress: stop })).rejects.toThrow('enough');
  answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test('a stop during the pause gives its own reason', async () => {
  const controller = new AbortController();
  answer = (_, response) => {
    response.writeHead(503).end();
    setTimeout(() => controller.abort(new Error('enough')), 50);
  };
  await expect(get({}, { signal: controller.signal, pauseMilliseconds: 60_000 })).rejects.toThrow('enough');
  expect(requests).toHaveLength(1);
});

test('a stop before the start asks nobody and copies nothing', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(get({}, { signal })).rejects.toThrow('enough');
  await expect(get({}, { signal, from: dir })).rejects.toThrow('enough');
  expect(requests).toHaveLength(0);
});

test('a weak ETag identifies nothing; the date does', async () => {
  const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
  answer = (_, response) => {
    response.writeHead(200, { etag: 'W/"one"', 'last-modified': date, 'content-length': content.length });
    response.write(content.subarray(0, 60_000), () => setTimeout(() => response.destroy(), 200));
  };
  await expect(get({}, { tries: 1 })).rejects.toThrow();
  answer = serve(content, date);
  await get();
  expect(requests[1]?.headers['if-range']).toBe(date);
  expect(readFileSync(file())).toEqual(content);
});

test('a damaged note of the source does not stand in the way for ever', async () => {
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  writeFileSync(`${file()}.part.source`, 'x\r\nhost: elsewhere\0');
  answer = serve(content);
  await get();
  expect(readFileSync(file())).toEqual(content);
  expect(requests.map(({ headers }) => headers['if-range'])).toEqual([undefined]);
});

test('redirects without end are an error', async () => {
  answer = (_, response) => response.writeHead(302, { location: `${base}/again` }).end();
  await expect(get({}, { tries: 1 })).rejects.toThrow('cannot be reached (redirect count exceeded)');
});

test('what a server says is shown short and without control characters', async () => {
  answer = (_, response) => response.writeHead(200, { 'content-encoding': `\u009b2J${'x'.repeat(5000)}` }).end('');
  await expect(get()).rejects.toThrow(/content-encoding \\u\{9b\}2Jx+\.\.\. \(5003 characters\): it would/);
});

test('a mirror by URL', async () => {
  answer = serve(content);
  await get({}, { from: `${base}/mirror/` });
  expect(requests[0]?.url).toBe('/mirror/data.bin');
});

test('a mirror in a folder is held to the same checks, and spares what was downloaded so far', async () => {
  const mirror = join(dir, 'mirror');
  const there = join(mirror, 'data.bin');
  mkdirSync(mirror);
  writeFileSync(`${file()}.part`, content.subarray(0, 500));
  const refused = async (message: string) => {
    await expect(get({}, { from: mirror })).rejects.toThrow(message);
    expect(existsSync(file())).toBe(false);
    expect(existsSync(`${file()}.copy`)).toBe(false);
  };
  await refused(`${there} cannot be read: there is no such file or folder (ENOENT); put the file of`);
  writeFileSync(there, 'no');
  await refused(`${there} has 2 bytes, expected 100000; put the file of ${base}/data.bin there`);
  const other = Buffer.alloc(content.length, 1);
  writeFileSync(there, other);
  await refused(`its 100000 bytes have MD5 ${md5(other)}, expected ${md5(content)}`);
  writeFileSync(there, content);
  const seen: number[] = [];
  await get({}, { from: mirror, onProgress: ({ received }) => seen.push(received) });
  expect(readFileSync(file())).toEqual(content);
  expect(seen).toEqual([content.length]);
  expect(readFileSync(`${file()}.part`)).toEqual(content.subarray(0, 500));
  expect(requests).toHaveLength(0);
});

test('unknown sets are refused', async () => {
  await expect(download('constructor', { dir })).rejects.toThrow("no download is known for 'constructor'");
});

/** A server on this machine, and a folder that is downloaded into. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type DownloadOptions, download } from './download.js';
import type { RemoteSet } from './registry.js';

export const content = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
export const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

export const remote = (name: string, body: Buffer) => ({
  name,
  url: `${base}/${name}`,
  bytes: body.length,
  md5: md5(body),
  archive: false,
});

export let dir: string;
export let base: string;
export let requests: IncomingMessage[];
/** What the server does, as a test sets it. */
export const host: { answer(request: IncomingMessage, response: ServerResponse): void } = { answer: () => {} };
const server = createServer((request, response) => {
  requests.push(request);
  host.answer(request, response);
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
export const serve =
  (body: Buffer, tag = '"one"') =>
  (request: IncomingMessage, response: ServerResponse) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const start = range !== null && request.headers['if-range'] === tag ? Number(range[1]) : 0;
    const headers = { etag: tag, 'content-length': body.length - start };
    const part = { ...headers, 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` };
    response.writeHead(start > 0 ? 206 : 200, start > 0 ? part : headers).end(body.subarray(start));
  };

/** Ends the connection after `bytes` of the body. */
export const breakOff = (bytes: number) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { etag: '"one"', 'content-length': content.length });
  response.write(content.subarray(0, bytes), () => setTimeout(() => response.destroy(), 200));
};

export function get(set: Partial<RemoteSet> = {}, options: Partial<DownloadOptions> = {}) {
  const files = [remote('data.bin', content)];
  const sets = { tiny: { files, contents: [], ...set } };
  return download('tiny', { dir, sets, pauseMilliseconds: 1, tries: 3, ...options });
}

export const file = (name = 'data.bin') => join(dir, name);
